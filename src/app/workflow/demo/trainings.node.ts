import { type Dataset, parseTransforms, split, subset, type TransformStep } from '../../../learning/data/index.js';
import { resolveSpec, type SpecInput } from '../../spec/index.js';
import type { Base } from '../base.node.js';
import { type Session, sessionOf } from '../session.node.js';
import { stopIfAsked } from './data.node.js';
import { TAPS } from './features.node.js';
import type { MethodName } from './methods.js';
import { hitsOf } from './share.js';
import { type MethodRun, type RateChoice, type Runner, runOf, type Trial } from './trial.js';

/**
 * Fine-tuning as the demo does it, chosen on the drawings of a third vendor (Google), which the demo neither trains nor tests on. Smoothed labels
 * and gentle crops matter there: without them the base forgets more in a few epochs than it learns from 180 images.
 */
function fineTuneSpec({ preprocessing = [] }: Base): Partial<SpecInput> {
  return {
    recipe: { name: 'fine-tune', baseRate: 1 },
    taps: TAPS,
    freeze: { until: 'block_6' },
    transforms: { train: gentlyVaried(preprocessing) },
    training: {
      epochs: 3,
      batchSize: 16,
      optimizer: { name: 'adamw', lr: 1e-4 },
      loss: { name: 'cross-entropy', labelSmoothing: 0.1 },
    },
  };
}

/** Most of the drawing, nearly in its proportions, mirrored half of the time. */
function gentlyVaried(evaluation: readonly TransformStep[]): TransformStep[] {
  const sized = evaluation.find((step) => step.name === 'resize');
  const crop = { name: 'random-resized-crop', size: sized?.size, scale: [0.7, 1], ratio: [0.85, 1.18] };
  return parseTransforms([crop, 'horizontal-flip', evaluation.at(-1)]);
}

/** Rates that training from scratch may choose from. */
const SCRATCH_RATES = [1e-3, 3e-3, 1e-2];
/** Share of the labelled images that the choice is made on; the rest is trained on. */
const VALIDATION = 0.2;

/** A linear probe on the taps, then everything above block 6 at a low rate. */
export const fineTuning: Runner = async (trial) => {
  const session = await open(trial, fineTuneSpec(trial.base), subset(trial.data.own, trial.split.labelled));
  return trained('fine-tuning', trial, session, undefined);
};

/**
 * The same architecture from random weights for as long as fine-tuning took, at the best of its own learning rates. The first seed chooses:
 * each rate is tried for its share of that time, so that choosing costs as much again as training.
 */
export const fromScratch: Runner = async (trial, earlier) => {
  const seconds = earlier.get('fine-tuning')?.result.seconds ?? 0;
  const choice = trial.scratchRate ?? (await chooseRate(trial, seconds));
  const session = await open(trial, scratchSpec(choice.rate), subset(trial.data.own, trial.split.labelled));
  const run = await trained('from scratch', trial, session, seconds);
  // Its memory is for the next seed; only what it wrote down is shown.
  await session.close();
  return { ...run, ...(run.training && { training: { ...run.training, choice } }) };
};

/** The rate with the least loss on a share of the labelled images. */
async function chooseRate(trial: Trial, seconds: number): Promise<RateChoice> {
  const began = performance.now();
  const labelled = subset(trial.data.own, trial.split.labelled);
  const parts = split(labelled, { parts: { train: 'rest', validation: { share: VALIDATION } }, seed: trial.split.seed });
  const tried: { readonly rate: number; readonly loss: number }[] = [];
  for (const rate of SCRATCH_RATES) {
    const session = await open(trial, scratchSpec(rate), subset(labelled, parts.train));
    try {
      await runFor(trial, session, seconds / SCRATCH_RATES.length);
      const { metrics } = await session.learner.evaluate(subset(labelled, parts.validation));
      tried.push({ rate, loss: metrics['loss'] ?? Number.POSITIVE_INFINITY });
    } finally {
      await session.close();
    }
  }
  const { rate } = tried.reduce((best, one) => (one.loss < best.loss ? one : best));
  return { rate, tried, seconds: (performance.now() - began) / 1000 };
}

function scratchSpec(lr: number): Partial<SpecInput> {
  // More epochs than there is time for: the clock ends the training, so the rate stays constant.
  return {
    recipe: 'scratch',
    taps: TAPS,
    training: { epochs: 10_000, batchSize: 16, batchNorm: 'train', schedule: 'constant', optimizer: { name: 'adamw', lr } },
  };
}

function open({ base, data, split: { seed }, scratch }: Trial, part: Partial<SpecInput>, train: Dataset): Promise<Session> {
  const spec = resolveSpec({ ...part, task: 'image-classification', base: base.uri, data: { train: train.name }, seed }, { specDir: process.cwd() });
  return sessionOf(spec, base, { train, validation: undefined, test: undefined, names: data.names, close: async () => {} }, scratch);
}

/** Trains to the end, or for so many seconds. @throws DEMO_STOPPED */
async function runFor({ signal }: Trial, { learner, phases }: Session, seconds: number | undefined): Promise<void> {
  const ends = [...(signal ? [signal] : []), ...(seconds === undefined ? [] : [AbortSignal.timeout(Math.round(seconds * 1000))])];
  await learner.run(phases, { signal: AbortSignal.any(ends) });
  stopIfAsked(signal);
}

async function trained(method: MethodName, trial: Trial, session: Session, limit: number | undefined): Promise<MethodRun> {
  const { data, split: divided } = trial;
  const losses: (readonly [number, number])[] = [];
  session.learner.events.on('step', ({ step, loss }) => losses.push([step, loss]));
  try {
    const began = performance.now();
    await runFor(trial, session, limit);
    const seconds = (performance.now() - began) / 1000;
    const scored = await session.learner.evaluate(subset(data.own, divided.heldOut));
    const shifted = await session.learner.evaluate(subset(data.foreign, divided.shifted));
    const hits = { own: hitsOf(scored.predictions), shifted: hitsOf(shifted.predictions) };
    return { ...runOf(method, divided.seed, seconds, hits), training: { session, scored, losses } };
  } catch (error) {
    await session.close();
    throw error;
  }
}
