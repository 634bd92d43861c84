import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../../test/support/golden.js';
import { goldenLearner, wholePhase } from '../../../../test/support/learner.js';
import { tensorData } from '../../../../test/support/tensors.js';
import { float32, Random } from '../../../core/index.js';
import type { OptimizerSpec } from '../../../engine/optimizers/index.js';
import type { Learner } from '../learner.js';
import { suggestRates } from './suggestions.js';
import { RateSweep } from './sweep.js';

/** A hundred rates from 1e-7, and losses by the decimal logarithm of each. */
function curve(loss: (exponent: number) => number) {
  const rates = Array.from({ length: 100 }, (_, i) => 1e-7 * 1e8 ** (i / 100));
  return { rates, losses: rates.map((rate) => loss(Math.log10(rate))) };
}

describe('suggestions on curves that are known', () => {
  it('valley: half of the descent, rounded down to thirds and halves of it', () => {
    // Level to 1e-5, a straight descent to 1e-2, level again: strictly falling over 3 decades of 12.5 steps.
    const descent = curve((x) => (x < -5 ? 3 : x < -2 ? 3 - (x + 5) : 0));
    const { valley } = suggestRates(descent);
    expect(Math.log10(valley)).toBeGreaterThan(-4);
    expect(Math.log10(valley)).toBeLessThan(-3);
  });

  it('valley: by the indices of fastai, of a whole that falls', () => {
    // 85 points are left of 100; all of them fall, so the descent is 85 long and starts one before the first: −1 + 28 + 14.
    const { rates, losses } = curve((x) => -x);
    expect(suggestRates({ rates, losses }).valley).toBe(rates[10 + 41]);
  });

  it('steep: where the slope over the logarithm is least', () => {
    // A logistic fall with its middle at 1e-3.
    const { steep } = suggestRates(curve((x) => 1 / (1 + Math.exp(4 * (x + 3)))));
    // The slope is between two rates, 0.08 decades apart; the lower one is told.
    expect(Math.abs(Math.log10(steep) + 3)).toBeLessThan(0.081);
  });

  it('minimum: a tenth of the best rate', () => {
    const { minimum } = suggestRates(curve((x) => (x + 2) ** 2));
    expect(Math.abs(Math.log10(minimum) + 3)).toBeLessThan(0.041);
  });

  it('of too few steps there is none', () => {
    expect(() => suggestRates({ rates: [1, 2, 3], losses: [3, 2, 1] })).toThrow(/after 3 steps/);
  });
});

describe('a sweep', () => {
  it('rises exponentially, smooths the losses without bias, and ends after a hundred steps', () => {
    const sweep = new RateSweep(() => {});
    while (sweep.add(2));
    expect(sweep.rates).toHaveLength(100);
    expect([sweep.rates[0], sweep.rates[50]]).toEqual([1e-7, expect.closeTo(1e-3, 12)]);
    for (const loss of sweep.losses) expect(loss).toBeCloseTo(2, 12);
  });

  it('ends where the loss diverges', () => {
    const told: number[] = [];
    const sweep = new RateSweep(({ done }) => told.push(done));
    while (sweep.add(sweep.step <= 20 ? 1 : 1e4));
    expect(sweep.rates).toHaveLength(21);
    expect(told.at(-1)).toBe(21);
    const broken = new RateSweep(() => {});
    while (broken.add(broken.step <= 20 ? 1 : Number.NaN));
    expect(broken.rates).toHaveLength(20);
  });
});

async function lossesOf(learner: Learner, lr: number, epochs: number, optimizer: OptimizerSpec = wholePhase.optimizer): Promise<number[]> {
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run([{ ...wholePhase, length: { epochs }, optimizer: { ...optimizer, lr } }]);
  return losses;
}

describe('looking for a rate', () => {
  it('leaves weights, optimiser and random numbers as they were', async () => {
    const [plain, searched] = [goldenLearner('mlp'), goldenLearner('mlp')];
    const before = searched.model;
    const { rates, losses, suggestions } = await searched.findLearningRate([wholePhase]);
    expect(searched.model).toBe(before);
    expect(rates).toHaveLength(losses.length);
    expect(suggestions.valley).toBeGreaterThan(1e-7);
    expect(await lossesOf(searched, 0.01, 3)).toEqual(await lossesOf(plain, 0.01, 3));
    expect(searched.export().graph.initializers).toEqual(plain.export().graph.initializers);
  });

  it('finds the same again', async () => {
    const learner = goldenLearner('mlp');
    expect(await learner.findLearningRate()).toEqual(await learner.findLearningRate());
  });

  it('ends when it is asked to', async () => {
    const [learner, stop] = [goldenLearner('mlp'), new AbortController()];
    learner.events.on('rate', ({ done }) => done === 7 && stop.abort());
    await expect(learner.findLearningRate([wholePhase], { signal: stop.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('needs steps', async () => {
    await expect(goldenLearner('mlp').findLearningRate([{ name: 'probe', folds: 2 }])).rejects.toThrow(/only fits a linear probe/);
  });
});

/** Four classes of points around centres of their own, as many values each as the model reads. */
function clusters(seed: number) {
  const [{ name = '', dims = [] } = {}] = readGolden('mlp').inputs;
  const width = dims.slice(1).reduce((a, b) => a * b, 1);
  const [centres, noise] = [new Random(seed, 'centres'), new Random(seed, 'noise')];
  const middle = Array.from({ length: 4 * width }, () => centres.uniform(-1, 1));
  const labels = Array.from({ length: 96 }, (_, i) => i % 4);
  const values = labels.flatMap((label) => middle.slice(label * width, (label + 1) * width).map((value) => value + noise.uniform(-1, 1)));
  return tensorData({ [name]: float32([96, ...dims.slice(1)], values) }, labels, 10);
}

describe('training at the suggested rate', () => {
  const optimizers: readonly OptimizerSpec[] = [
    wholePhase.optimizer,
    { name: 'sgd', lr: 0.01, momentum: 0.9, nesterov: false, weightDecay: 0 },
    { name: 'lion', lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0.1 },
  ];
  const cases = optimizers.map((optimizer, i) => [optimizer.name, 3 + i, optimizer] as const);
  it.each(cases)('by %s is about as good as the best of a grid, data %i', async (_, seed, optimizer) => {
    const data = { train: clusters(seed), batchSize: 16 };
    const { suggestions } = await goldenLearner('mlp', data).findLearningRate([{ ...wholePhase, optimizer }]);
    // The mean of the last epoch: six batches.
    const ended = async (lr: number): Promise<number> => {
      const losses = await lossesOf(goldenLearner('mlp', data), lr, 15, optimizer).catch(() => [Number.POSITIVE_INFINITY]);
      return losses.slice(-6).reduce((a, b) => a + b, 0) / losses.slice(-6).length;
    };
    const grid = await Promise.all([-5, -4, -3, -2, -1].map((exponent) => ended(10 ** exponent)));
    // At the lowest rate next to nothing is learnt in these 90 steps.
    const [start, best] = [grid[0] as number, Math.min(...grid)];
    const reached = await ended(suggestions.valley);
    expect(start - reached).toBeGreaterThan(0.9 * (start - best));
  });
});
