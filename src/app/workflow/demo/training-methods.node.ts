import { type Dataset, split, subset } from '../../../learning/data/index.js';
import type { Scored } from '../../../learning/training/index.node.js';
import { resolveSpec, type SpecInput } from '../../spec/index.js';
import type { Base } from '../base.node.js';
import { type Session, sessionOf } from '../session.node.js';
import type { DemoData, DemoSplit } from './data.node.js';
import { TAPS } from './features.node.js';
import { accuracyOf } from './probe-methods.node.js';
import type { DemoResult } from './result.js';

/** Fine-tuning as the demo does it; chosen on drawings of a third vendor, which the demo does not use. */
const FINE_TUNE = {
  recipe: 'fine-tune',
  taps: TAPS,
  freeze: { until: 'block_6' },
  training: { epochs: 4, batchSize: 16, optimizer: { name: 'adamw', lr: 3e-4 } },
} as const;

/** Rates that training from scratch may choose from, on a fifth of the labelled images. */
const SCRATCH_RATES = [3e-4, 1e-3, 3e-3];
/** Share of the time that fine-tuning took which each rate gets to show what it is worth. */
const TRIAL_SHARE = 1 / 3;

/** A trained method: its result, and what the report draws from. */
export interface Trained {
  readonly result: DemoResult;
  readonly session: Session;
  readonly scored: Scored;
  /** `[step, loss]` */
  readonly losses: readonly (readonly [number, number])[];
}

/** A linear probe on the taps, then everything above block 6 at a low rate. */
export async function fineTune(base: Base, data: DemoData, demo: DemoSplit, scratch: string): Promise<Trained> {
  const session = await open({ ...FINE_TUNE }, base, subset(data.own, demo.labelled), data, demo, scratch);
  return trained('fine-tuning', session, data, demo, Number.POSITIVE_INFINITY);
}

/** The same architecture from random weights for `seconds`, at the best of its own learning rates. */
export async function fromScratch(base: Base, data: DemoData, demo: DemoSplit, rate: number, seconds: number, scratch: string): Promise<Trained> {
  const session = await open(scratchSpec(rate), base, subset(data.own, demo.labelled), data, demo, scratch);
  return trained('from scratch', session, data, demo, seconds);
}

/** The rate that does best on a fifth of the labelled images after a part of the time. */
export async function bestScratchRate(base: Base, data: DemoData, demo: DemoSplit, seconds: number, scratch: string): Promise<number> {
  const labelled = subset(data.own, demo.labelled);
  const parts = split(labelled, { parts: { train: 'rest', validation: { share: 0.2 } }, seed: demo.seed });
  const scores: { readonly rate: number; readonly loss: number }[] = [];
  for (const rate of SCRATCH_RATES) {
    const session = await open(scratchSpec(rate), base, subset(labelled, parts.train), data, demo, scratch);
    try {
      await runFor(session, seconds * TRIAL_SHARE);
      const { metrics } = await session.learner.evaluate(subset(labelled, parts.validation));
      scores.push({ rate, loss: metrics['loss'] ?? Number.POSITIVE_INFINITY });
    } finally {
      await session.close();
    }
  }
  return scores.reduce((best, one) => (one.loss < best.loss ? one : best)).rate;
}

function scratchSpec(lr: number): Partial<SpecInput> {
  // More epochs than there is time for: the clock ends the training, so the rate stays constant.
  return {
    recipe: 'scratch',
    training: { epochs: 10_000, batchSize: 16, batchNorm: 'train', schedule: 'constant', optimizer: { name: 'adamw', lr } },
  };
}

function open(part: Partial<SpecInput>, base: Base, train: Dataset, data: DemoData, { seed }: DemoSplit, scratch: string): Promise<Session> {
  const spec = resolveSpec({ ...part, task: 'image-classification', base: base.uri, data: { train: train.name }, seed }, { specDir: process.cwd() });
  return sessionOf(spec, base, { train, validation: undefined, test: undefined, names: data.names, close: async () => {} }, scratch);
}

async function runFor({ learner, phases }: Session, seconds: number): Promise<void> {
  await learner.run(phases, Number.isFinite(seconds) ? { signal: AbortSignal.timeout(Math.round(seconds * 1000)) } : {});
}

async function trained(method: string, session: Session, data: DemoData, demo: DemoSplit, seconds: number): Promise<Trained> {
  const losses: (readonly [number, number])[] = [];
  const stop = session.learner.events.on('step', ({ step, loss }) => losses.push([step, loss]));
  const began = performance.now();
  await runFor(session, seconds);
  stop();
  const took = (performance.now() - began) / 1000;
  const scored = await session.learner.evaluate(subset(data.own, demo.heldOut));
  const shifted = await session.learner.evaluate(subset(data.foreign, demo.shifted));
  const result = { method, seed: demo.seed, ...accuracyOf(scored.predictions), shifted: accuracyOf(shifted.predictions), seconds: took };
  return { result, session, scored, losses };
}
