import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDevice } from '../../../engine/runtime/index.node.js';
import { subset } from '../../../learning/data/index.js';
import { renderReport } from '../../report/index.node.js';
import { loadModel } from '../base.node.js';
import type { WorkflowContext } from '../context.js';
import { exportSession } from '../export-session.node.js';
import { recordOfSession } from '../record.node.js';
import { confusionOf, examplesOf } from '../run-report.node.js';
import { machine, versions } from '../versions.node.js';
import { type DemoData, type DemoSplit, LABELLED, openDemoData, splitDemo } from './data.node.js';
import { computeFeatures, type FeatureSets } from './features.node.js';
import { type PlainPrediction, predictPlainly } from './plain-prediction.node.js';
import { majority, probeMethod } from './probe-methods.node.js';
import type { DemoResult } from './result.js';
import { type DemoSummary, demoTables, demoVerdict } from './summary.js';
import { bestScratchRate, fineTune, fromScratch, type Trained } from './training-methods.node.js';

const BASE = 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2';

export interface DemoRequest {
  /** Folder for report.html, summary.json and the bundle. */
  readonly out: string;
  /** How many seeds to run, 1 or more. */
  readonly seeds: number;
}

export interface DemoOutcome {
  readonly report: string;
  readonly summary: string;
  readonly bundle: string;
  readonly headline: string;
  readonly results: readonly DemoResult[];
  readonly prediction: PlainPrediction;
  readonly seconds: number;
}

/**
 * Reuses MobileNetV2 for the nine categories of emoji, beside its baselines, and on another vendor's drawings.
 * @throws the errors of the hub
 */
export async function demo({ out, seeds: count }: DemoRequest, context: WorkflowContext = {}): Promise<DemoOutcome> {
  const began = performance.now();
  const stage = (text: string, done = 0, total = 1): void => context.events?.emit('progress', { stage: text, done, total });
  await mkdir(out, { recursive: true });
  stage('fetching model and images');
  const [base, data] = [await loadModel(BASE), await openDemoData(out)];
  const features = {
    own: await computeFeatures(base, data.own, (done, total) => stage('frozen features', done, total)),
    foreign: await computeFeatures(base, data.foreign, (done, total) => stage('features of the other vendor', done, total)),
  };
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  const scratch = join(out, 'scratch');
  const results: DemoResult[] = [];
  let shown: { readonly trained: readonly Trained[]; readonly split: DemoSplit } | undefined;
  let choice: DemoSummary['scratch'] | undefined;
  try {
    for (const seed of seeds) {
      context.signal?.throwIfAborted();
      const divided = splitDemo(data, seed);
      results.push(...(await fixedFeatureMethods(data, features, divided)));
      stage(`seed ${seed}: fine-tuning`);
      const tuned = await fineTune(base, data, divided, scratch);
      context.signal?.throwIfAborted();
      if (choice === undefined) {
        stage(`seed ${seed}: rate for training from scratch`);
        const start = performance.now();
        const rate = await bestScratchRate(base, data, divided, tuned.result.seconds, scratch);
        choice = { rate, choiceSeconds: (performance.now() - start) / 1000 };
      }
      stage(`seed ${seed}: from scratch`);
      const untrained = await fromScratch(base, data, divided, choice.rate, tuned.result.seconds, scratch);
      results.push(tuned.result, untrained.result);
      for (const result of results.filter((one) => one.seed === seed)) context.events?.emit('note', { text: lineOf(result) });
      if (shown === undefined) shown = { trained: [tuned, untrained], split: divided };
      else await Promise.all([tuned.session.close(), untrained.session.close()]);
    }
    const { trained, split } = shown as NonNullable<typeof shown>;
    const summary: DemoSummary = {
      format: 1,
      base: base.uri,
      data: { own: 'fluent', foreign: 'twitter', labelledPerClass: LABELLED, heldOut: split.heldOut.length, shifted: split.shifted.length },
      seeds,
      results,
      scratch: choice as DemoSummary['scratch'],
      versions: await versions(),
      machine: machine(),
      seconds: (performance.now() - began) / 1000,
      date: new Date().toISOString(),
    };
    stage('report');
    const [tuned] = trained as [Trained];
    const bundle = join(out, 'bundle');
    await exportSession(tuned.session, bundle, await recordOfSession(tuned.session), {
      test: { accuracy: { value: tuned.result.accuracy, interval: tuned.result.interval } },
    });
    const prediction = await predictPlainly(out, bundle, base.preprocessing ?? [], data.own, split.heldOut[0] as number);
    const headline = await writeOutcome(out, summary, data, split, trained, base.notes);
    await Promise.all(trained.map(({ session }) => session.close()));
    return { report: join(out, 'report.html'), summary: join(out, 'summary.json'), bundle, headline, results, prediction, seconds: summary.seconds };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fixedFeatureMethods(
  data: DemoData,
  features: { readonly own: FeatureSets; readonly foreign: FeatureSets },
  split: DemoSplit,
): Promise<DemoResult[]> {
  const device = openDevice();
  try {
    return [
      majority(data, split),
      await probeMethod('raw pixels', 'pixels', device, data, features, split),
      await probeMethod('last-layer probe', 'lastLayer', device, data, features, split),
      await probeMethod('tap probe', 'taps', device, data, features, split),
    ];
  } finally {
    await device.close();
  }
}

function lineOf({ method, seed, accuracy, shifted, seconds }: DemoResult): string {
  return `seed ${seed}  ${method.padEnd(16)}  ${accuracy.toFixed(3)}  other vendor ${shifted.accuracy.toFixed(3)}  ${seconds.toFixed(1)} s`;
}

/** @returns the verdict in one sentence */
async function writeOutcome(
  out: string,
  summary: DemoSummary,
  data: DemoData,
  split: DemoSplit,
  trained: readonly Trained[],
  notes: readonly string[],
): Promise<string> {
  const tables = demoTables(summary, await committedResult());
  const verdict = demoVerdict(tables);
  const [tuned] = trained as [Trained];
  const report = renderReport({
    title: 'Nine categories of emoji from 20 images each',
    subtitle: `On ${summary.base}`,
    date: summary.date,
    verdict,
    facts: [
      { label: 'Base', value: summary.base },
      { label: 'Trained on', value: `${LABELLED} drawings a class of @lobehub/fluent-emoji-3d (MIT)` },
      { label: 'Seeds', value: summary.seeds.join(', ') },
      { label: 'Machine', value: `${summary.machine['cpu']}, ${summary.machine['cores']} cores` },
      { label: 'Time', value: `${Math.round(summary.seconds)} s in all` },
    ],
    results: tables,
    curves: [
      {
        title: 'Training loss, first seed',
        x: 'step',
        y: 'loss',
        series: trained.map(({ result, losses }) => ({ name: result.method, points: losses })),
      },
    ],
    confusion: confusionOf(tuned.scored, data.names),
    examples: await examplesOf(subset(data.own, split.heldOut), tuned.scored, data.names),
    notes: [
      'All images of one glyph, gendered variants included, lie on one side of the split.',
      'Hyper-parameters of fine-tuning were chosen on drawings of a third vendor (Google), which this comparison does not use.',
      `Training from scratch had as much wall time as fine-tuning, and chose its rate (${summary.scratch.rate}) on a fifth of the labelled images in ${Math.round(summary.scratch.choiceSeconds)} s beyond that.`,
      'The base was trained for content moderation after ImageNet, so its last layer transfers badly and its middle layers well.',
      ...notes,
    ],
  });
  await writeFile(join(out, 'report.html'), report);
  await writeFile(join(out, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  return verdict.headline;
}

/** The result of more seeds that is committed with the project; `undefined` where the package does not carry it. */
async function committedResult(): Promise<DemoSummary | undefined> {
  const path = new URL('../../../../docs/results/demo.json', import.meta.url);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as DemoSummary);
}
