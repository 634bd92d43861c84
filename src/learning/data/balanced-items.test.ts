import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorData } from '../../../test/support/tensors.js';
import { float32 } from '../../core/index.js';
import { balancedItems, type Sampler } from './balanced-items.js';
import { rowInputs } from './row-inputs.js';
import { SkipLog } from './skips.js';

/** The items of some epochs, in their order. */
async function epochsOf(labels: readonly number[], sampler: Sampler, epochs: number, seed = 3): Promise<(readonly number[])[]> {
  const data = tensorData({ x: float32([labels.length, 1], new Float32Array(labels.length)) }, labels, Math.max(...labels) + 1);
  const items = balancedItems(
    await rowInputs({ x: [1] }).open(data, 'train', new SkipLog(labels.length, 0)),
    sampler,
    (item) => labels[item] as number,
  );
  const request = { shuffle: true, seed, batchSize: 4, start: 0 };
  return Array.from({ length: epochs }, (_, epoch) => items.plan({ ...request, epoch }).flatMap((batch) => batch.items));
}

/** How often each class is in an epoch. */
function countsOf(epoch: readonly number[], labels: readonly number[]): number[] {
  return Array.from({ length: Math.max(...labels) + 1 }, (_, name) => epoch.filter((item) => labels[item] === name).length);
}

/** Labels 0, 1, …, as often as told. */
function labelled(...counts: readonly number[]): number[] {
  return counts.flatMap((count, name) => new Array<number>(count).fill(name));
}

describe('a sampler', () => {
  it('shows classes equally often, or by the square root of their number', async () => {
    const labels = labelled(64, 16, 4);
    const [balanced = []] = await epochsOf(labels, 'balanced', 1);
    expect(countsOf(balanced, labels)).toEqual([28, 28, 28]);
    const [root = []] = await epochsOf(labels, 'sqrt', 1);
    expect(countsOf(root, labels)).toEqual([48, 24, 12]);
  });

  it('goes through all of a class before it shows one again, from epoch to epoch', async () => {
    const counts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(counts, fc.constantFrom<Sampler[]>('balanced', 'sqrt'), fc.nat(), async (sizes, sampler, seed) => {
        const labels = labelled(...sizes);
        const epochs = await epochsOf(labels, sampler, 5, seed);
        for (const epoch of epochs) expect(epoch).toHaveLength(labels.length);
        const shown = labels.map((_, item) => epochs.flat().filter((one) => one === item).length);
        for (const name of sizes.keys()) {
          const times = shown.filter((_, item) => labels[item] === name);
          expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
        }
        const classTimes = epochs.map((epoch) => countsOf(epoch, labels));
        if (sampler === 'balanced') for (const times of classTimes) expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it('follows from seed and epoch alone, mixes classes, and begins where it is told', async () => {
    const labels = labelled(30, 10);
    const [first = [], second = []] = await epochsOf(labels, 'balanced', 2);
    expect(await epochsOf(labels, 'balanced', 2)).toEqual([first, second]);
    expect(second).not.toEqual(first);
    expect(first).not.toEqual(first.toSorted((a, b) => a - b));
  });

  it('leaves the order alone where nothing is shuffled: each item once', async () => {
    const labels = labelled(6, 2);
    const data = tensorData({ x: float32([8, 1], new Float32Array(8)) }, labels, 2);
    const items = balancedItems(await rowInputs({ x: [1] }).open(data, 'train', new SkipLog(8, 0)), 'balanced', (item) => labels[item] as number);
    const plan = items.plan({ epoch: 0, shuffle: false, seed: 0, batchSize: 3, start: 1 });
    expect(plan.map((batch) => batch.items)).toEqual([
      [3, 4, 5],
      [6, 7],
    ]);
  });
});
