import { describe, expect, it } from 'vitest';
import { textData } from '../../../test/support/texts.js';
import { classBatches } from './class-batches.js';
import { rowInputs } from './row-inputs.js';
import { SkipLog } from './skips.js';

/** Batches of items whose classes are `labels`. */
async function batchesOf(labels: readonly number[], batchSize: number, epoch = 0, start = 0): Promise<(readonly number[])[]> {
  const data = textData(
    labels.map((label) => ({ content: { text: 'x' }, label })),
    { kind: 'classes', names: ['a', 'b'] },
  );
  const items = await rowInputs({ x: [1] }).open(data, 'train', new SkipLog(labels.length, 0));
  const grouped = classBatches(items, (item) => labels[item] as number);
  return grouped.plan({ epoch, shuffle: true, seed: 3, batchSize, start }).map((batch) => batch.items);
}

function countsOf(batch: readonly number[], labels: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const item of batch) counts.set(labels[item] as number, (counts.get(labels[item] as number) ?? 0) + 1);
  return [...counts.values()];
}

describe('batches by class', () => {
  it('hold all classes where these are few, as many samples of each', async () => {
    const labels = Array.from({ length: 32 }, (_, i) => i % 2);
    const batches = await batchesOf(labels, 8);
    expect(batches.map((batch) => countsOf(batch, labels))).toEqual(Array.from({ length: 4 }, () => [4, 4]));
    expect(new Set(batches.flat()).size).toBe(32);
  });

  it('hold two samples of each class where classes are many', async () => {
    const labels = Array.from({ length: 300 }, (_, i) => i % 100);
    const batches = await batchesOf(labels, 8);
    expect(batches.length).toBe(38);
    for (const batch of batches) expect(countsOf(batch, labels)).toEqual([2, 2, 2, 2]);
    expect(
      new Set(
        batches
          .slice(0, 25)
          .flat()
          .map((item) => labels[item]),
      ).size,
    ).toBe(100);
  });

  it('show a small class as often as a large one, never a sample twice in a batch', async () => {
    const labels = Array.from({ length: 40 }, (_, i) => (i < 37 ? 0 : 1));
    const batches = await batchesOf(labels, 10);
    expect(batches.length).toBe(4);
    for (const batch of batches) {
      expect(countsOf(batch, labels).toSorted()).toEqual([3, 5]);
      expect(new Set(batch).size).toBe(batch.length);
    }
  });

  it('depend on seed and epoch alone, and go on from any batch', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 5);
    const batches = await batchesOf(labels, 10);
    expect(await batchesOf(labels, 10)).toEqual(batches);
    expect(await batchesOf(labels, 10, 0, 2)).toEqual(batches.slice(2));
    expect(await batchesOf(labels, 10, 1)).not.toEqual(batches);
  });

  it('come to an end with a single sample, a single class, and batches of one', async () => {
    expect(await batchesOf([0], 8)).toEqual([[0]]);
    expect((await batchesOf([0, 0, 0], 2)).map((batch) => batch.length)).toEqual([2, 2]);
    expect((await batchesOf([0, 1, 0, 1], 1)).map((batch) => batch.length)).toEqual([2, 2]);
  });
});
