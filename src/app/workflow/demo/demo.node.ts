import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDevice } from '../../../engine/runtime/index.node.js';
import { loadModel } from '../base.node.js';
import type { WorkflowContext } from '../context.js';
import { exportSession } from '../export-session.node.js';
import { recordOfSession } from '../record.node.js';
import { machine, versions } from '../versions.node.js';
import { committed, sourceCommit } from './committed.node.js';
import { type DemoVendors, LABELLED, openDemoData, splitDemo, stopIfAsked } from './data.node.js';
import { computeFeatures } from './features.node.js';
import { probesWithFewerLabels } from './fewer-labels.node.js';
import { predictPlainly } from './plain-prediction.node.js';
import type { FirstSeed } from './report.node.js';
import { closeTrainings, gainOf, rateChoiceOf, resultsOf, runSeed, type SeedRun } from './seed.node.js';
import type { DemoSummary } from './summary.js';
import { demoTables } from './tables.js';
import type { MethodRun, RateChoice, Trial } from './trial.js';
import { demoVerdict } from './verdict.js';
import { writeDemo } from './write.node.js';

const BASE = 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2';
const VENDORS: DemoVendors = { own: 'fluent', foreign: 'twitter' };

export interface DemoRequest {
  /** Folder for report.html, summary.json and the bundle. */
  readonly out: string;
  /** How many seeds to run, 1 or more. */
  readonly seeds: number;
}

export interface DemoOutcome {
  readonly report: string;
  readonly bundle: string;
  readonly verdict: { readonly headline: string; readonly points: readonly string[] };
  readonly summary: DemoSummary;
}

type SharedOfTrial = Omit<Trial, 'split' | 'scratchRate'>;

/**
 * Reuses MobileNetV2 for the nine categories of emoji, beside its baselines, and tests it on another vendor's drawings.
 * @throws the errors of the hub; DEMO_STOPPED
 */
export async function demo({ out, seeds: count }: DemoRequest, context: WorkflowContext = {}): Promise<DemoOutcome> {
  const began = performance.now();
  const scratch = join(out, 'scratch');
  await mkdir(out, { recursive: true });
  const device = openDevice();
  const runs: SeedRun[] = [];
  try {
    const shared = { ...(await prepare(out, context)), device, scratch, signal: context.signal };
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    for (const seed of seeds) {
      const run = await runSeed({ ...shared, split: splitDemo(shared.data, seed), scratchRate: rateChoiceOf(runs) }, context);
      // Only the first seed is shown in the report.
      if (seed > 1) await closeTrainings(run);
      runs.push(run);
    }
    return await conclude({ out, began }, shared, runs, context);
  } finally {
    await Promise.all([device.close(), ...runs.slice(0, 1).map(closeTrainings)]);
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Model, images, and the features of every image, which all methods and all seeds share. */
async function prepare(out: string, context: WorkflowContext): Promise<Pick<Trial, 'base' | 'data' | 'features'>> {
  const { events } = context;
  events?.emit('note', { text: 'Fetching the model and the drawings …' });
  const base = await loadModel(BASE, context);
  const data = await openDemoData(out, VENDORS, context);
  const began = performance.now();
  const all = data.own.size + data.foreign.size;
  const progress = (before: number) => (done: number) => events?.emit('progress', { stage: 'frozen features', done: before + done, total: all });
  const features = {
    own: await computeFeatures(base, data.own, progress(0)),
    foreign: await computeFeatures(base, data.foreign, progress(data.own.size)),
  };
  events?.emit('note', {
    text: `Features of all ${all.toLocaleString('en')} drawings, for every method and seed: ${((performance.now() - began) / 1000).toFixed(1)} s`,
  });
  return { base, data, features };
}

interface Begun {
  readonly out: string;
  /** `performance.now()` at the beginning. */
  readonly began: number;
}

async function conclude(
  { out, began }: Begun,
  shared: SharedOfTrial,
  runs: readonly SeedRun[],
  { events, signal }: WorkflowContext,
): Promise<DemoOutcome> {
  const [first] = runs as [SeedRun];
  const { split } = first;
  const { result, training } = first.runs.get('fine-tuning') as Required<MethodRun>;
  const fewerLabels = await probesWithFewerLabels({ ...shared, split, scratchRate: undefined }, first.runs);
  stopIfAsked(signal);
  events?.emit('note', { text: 'Writing the bundle and predicting from it by plain ONNX Runtime …' });
  const bundle = join(out, 'bundle');
  const measured = { test: { accuracy: { value: result.accuracy, interval: result.interval } } };
  await exportSession(training.session, bundle, await recordOfSession(training.session), measured);
  const prediction = await predictPlainly(out, bundle, training.session, shared.data.own, split.heldOut[0] as number);
  const commit = await sourceCommit();
  const summary: DemoSummary = {
    format: 1,
    base: shared.base.uri,
    data: { ...VENDORS, labelledPerClass: LABELLED, heldOut: split.heldOut.length, shifted: split.shifted.length },
    seeds: runs.map(({ split: { seed } }) => seed),
    results: runs.flatMap(resultsOf),
    gain: gainOf(shared.data, runs),
    fewerLabels,
    scratchRate: rateChoiceOf(runs) as RateChoice,
    prediction,
    versions: await versions(),
    ...(commit !== undefined && { commit }),
    machine: machine(),
    seconds: (performance.now() - began) / 1000,
    date: new Date().toISOString(),
  };
  const seen: FirstSeed = { split, runs: first.runs, training };
  const tables = demoTables(summary, await committed());
  const verdict = demoVerdict(summary, tables);
  return { report: await writeDemo(out, summary, tables, verdict, shared.data, seen), bundle, verdict, summary };
}
