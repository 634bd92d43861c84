import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { goldenData, goldenLearner, wholePhase } from '../../../../test/support/learner.js';
import { findParameters } from '../../../bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../../core/index.js';
import type { Tensors } from '../../../engine/runtime/index.js';
import { subset } from '../../data/index.js';
import type { Learner } from '../learner.js';
import type { LearnerSpec, Snapshot } from '../learner-spec.js';
import type { Phase } from '../phase.js';
import { averageShare } from './average-spec.js';

const ema: Phase = { ...wholePhase, average: { name: 'ema', decay: 0.8 } };
const swa: Phase = { ...wholePhase, average: { name: 'swa', share: 0.5, rate: 'constant' } };

/** Runs a phase; gives the learner, its losses and the weights after each step. */
async function traced(name: string, phase: Phase, changes: Partial<LearnerSpec> = {}) {
  const { device } = watchedDevice();
  const learner = goldenLearner(name, { device, ...changes });
  const names = findParameters(learner.model.graph).map((parameter) => parameter.name);
  const [losses, weights] = [[] as number[], [] as Promise<Tensors>[]];
  learner.events.on('step', ({ loss }) => {
    losses.push(loss);
    // This engine copies at once.
    weights.push(device.get(names));
  });
  await learner.run([phase]);
  return { learner, names, losses, weights: await Promise.all(weights) };
}

function weightOf(learner: Learner, name: string): number[] {
  return toNumbers(learner.model.graph.initializers.get(name) as Tensor);
}

/** The average after the last of some values of a weight, in double precision. */
function averaged(phase: Phase, values: readonly (readonly number[])[]): number[] {
  return values.reduce<number[]>((average, present, i) => {
    const share = averageShare(phase.average, i + 1, values.length);
    return present.map((value, j) => (average[j] ?? 0) * (1 - share) + value * share);
  }, []);
}

describe('the weights that a phase ends with', () => {
  it.each([
    ['ema', 'mlp', ema, {}],
    ['swa', 'mlp', swa, {}],
    ['ema, of accumulated batches', 'mlp', ema, { accumulate: 2, batchSize: 2 }],
    ['swa, of a network with convolutions', 'resnet-tiny', swa, {}],
  ] as const)('are the average of those after each step: %s', async (_, name, phase, changes) => {
    const { learner, names, weights } = await traced(name, phase, changes);
    expect(weights).toHaveLength(12);
    for (const parameter of names) {
      const after = weights.map((one) => toNumbers(one[parameter] as Tensor));
      const [found, expected] = [weightOf(learner, parameter), averaged(phase, after)];
      // Twelve means in single precision, of weights of around 1.
      for (const [i, value] of found.entries()) expect(Math.abs(value - (expected[i] as number)), parameter).toBeLessThan(2e-6);
      expect(found).not.toEqual(after.at(-1));
    }
  });
});

const validation = subset(goldenData('mlp'), [0, 3, 6, 9]);

describe('evaluations', () => {
  it.each([ema, swa])('look at the average, and leave the training as it is: $average.name', async (phase) => {
    const plain = await traced('mlp', wholePhase);
    const learner = goldenLearner('mlp', { validation });
    const [losses, evaluated] = [[] as number[], [] as number[]];
    learner.events.on('step', ({ loss }) => losses.push(loss));
    learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
    await learner.run([phase]);
    expect(losses).toEqual(plain.losses);
    // The last one, by another program, which may add in another order.
    expect(evaluated.at(-1)).toBeCloseTo((await learner.evaluate(validation)).metrics['loss'] as number, 5);
    const raw = (await plain.learner.evaluate(validation)).metrics['loss'] as number;
    expect(Math.abs((evaluated.at(-1) as number) - raw)).toBeGreaterThan(1e-3);
  });

  it('look at the weights before the average begins', async () => {
    const losses = async (phase: Phase): Promise<number[]> => {
      const [learner, evaluated] = [goldenLearner('mlp', { validation }), [] as number[]];
      learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
      await learner.run([phase]);
      return evaluated;
    };
    const [plain, late] = [await losses(wholePhase), await losses(swa)];
    expect(late[0]).toBe(plain[0]);
    expect(late[2]).not.toBe(plain[2]);
  });
});

describe('the learning rate of swa', () => {
  const rates = async (rate: 'constant' | 'schedule'): Promise<number[]> => {
    const [learner, found] = [goldenLearner('mlp'), [] as number[]];
    learner.events.on('step', ({ lr }) => found.push(lr / 0.01));
    await learner.run([{ ...wholePhase, schedule: { name: 'linear', warmup: 0, endFactor: 0 }, average: { name: 'swa', share: 0.5, rate } }]);
    return found;
  };

  it('stays where averaging begins, or goes on falling', async () => {
    const line = Array.from({ length: 12 }, (_, step) => 1 - step / 12);
    for (const [i, rate] of (await rates('schedule')).entries()) expect(rate).toBeCloseTo(line[i] as number, 12);
    for (const [i, rate] of (await rates('constant')).entries()) expect(rate).toBeCloseTo(line[Math.min(i, 6)] as number, 12);
  });
});

describe('a run that is stopped and goes on equals an unbroken one, bit for bit', () => {
  const plateau = { name: 'plateau', warmup: 0, metric: 'loss', factor: 0.5, patience: 0, threshold: 0.5, minFactor: 0 } as const;
  const phases: readonly (readonly [string, string, Phase])[] = [
    ['ema', 'mlp', ema],
    ['swa, before and after it begins', 'mlp', swa],
    ['swa with statistics that move', 'resnet-tiny', { ...swa, batchNorm: 'train' }],
    ['a plateau, whose factor is in the checkpoint', 'mlp', { ...wholePhase, schedule: plateau }],
    ['the best weights of an average', 'mlp', { ...ema, keep: { best: 'loss' }, optimizer: { ...wholePhase.optimizer, lr: 0.3 } }],
  ];
  it.each(phases)('%s', async (_, name, phase) => {
    const data = subset(goldenData(name), [0, 3, 6, 9]);
    const unbroken = goldenLearner(name, { validation: data });
    const saved: Snapshot[] = [];
    const told: unknown[] = [];
    unbroken.events.on('step', ({ loss, lr }) => told.push([loss, lr]));
    // Through JSON, as in a file.
    const save = async ({ progress, tensors }: Snapshot): Promise<void> => {
      saved.push({ progress: JSON.parse(JSON.stringify(progress)) as Snapshot['progress'], tensors });
    };
    await unbroken.run([phase], { checkpoint: { isDue: () => true, save } });
    expect(saved.length).toBeGreaterThan(10);
    for (const from of [saved[1], saved[5], saved[8]] as Snapshot[]) {
      const resumed = goldenLearner(name, { validation: data });
      const rest: unknown[] = [];
      resumed.events.on('step', ({ loss, lr }) => rest.push([loss, lr]));
      await resumed.run([phase], { from });
      expect(rest).toEqual(told.slice(from.progress.total));
      expect(resumed.export().graph.initializers).toEqual(unbroken.export().graph.initializers);
    }
  });
});

it('a plateau lowers the rate in the run', async () => {
  const plateau = { name: 'plateau', warmup: 0, metric: 'loss', factor: 0.5, patience: 0, threshold: 0.99, minFactor: 0 } as const;
  const [learner, rates] = [goldenLearner('mlp', { validation }), [] as number[]];
  learner.events.on('step', ({ lr }) => rates.push(lr));
  await learner.run([{ ...wholePhase, schedule: plateau }]);
  // Nothing is better by 99%: after the second evaluation the rate is half.
  expect(rates.filter((_, step) => step % 4 === 0)).toEqual([0.01, 0.01, 0.005]);
});
