import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32, int64, Random, RegraftError, sizeOf, type Tensor } from '../../../core/index.js';
import { taskOf } from '../../tasks/index.js';
import type { PlacedBatch } from '../batch-source.js';
import { symmetricBeta } from './beta.js';
import { checkMix, type MixSpec, mixBatch } from './mix.js';

/** Every number tells its row. */
function batchOf(rows: number, dims: readonly number[], labels = Array.from({ length: rows }, (_, i) => i % 3)): PlacedBatch {
  const width = sizeOf(dims);
  const image = float32(
    [rows, ...dims],
    Float32Array.from({ length: rows * width }, (_, i) => Math.floor(i / width)),
  );
  return { position: 0, items: labels.map((_, i) => i), size: rows, dims: { image: dims }, inputs: { image }, target: int64([rows], labels) };
}

function mixed(batch: PlacedBatch, name: MixSpec['name'], changes: Partial<MixSpec> = {}, epoch = 0): { image: Tensor; target: Tensor } {
  const { inputs, target } = mixBatch(batch, { name, alpha: 1, chance: 1, ...changes }, 3, { seed: 2, epoch });
  return { image: inputs['image'] as Tensor, target };
}

function rowsOf({ dims, data }: Tensor): number[][] {
  const width = sizeOf(dims.slice(1));
  return Array.from({ length: dims[0] as number }, (_, row) => Array.from(data.slice(row * width, (row + 1) * width) as Float32Array));
}

describe('symmetricBeta', () => {
  const drawn = (alpha: number): number[] => {
    const random = new Random(1, alpha);
    return Array.from({ length: 20_000 }, () => symmetricBeta(alpha, random));
  };

  it.each([0.1, 0.2, 0.8, 1, 3])('has the mean and variance of Beta(%f, %f)', (alpha) => {
    const values = drawn(alpha);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    // Five standard errors of a mean over 20,000 numbers with a deviation of at most 1/2.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.01);
  });

  it('falls below x with the probability of the distribution: x at 1, (2/π)·asin √x at 1/2', () => {
    const share = (alpha: number, x: number): number => drawn(alpha).filter((value) => value < x).length / 20_000;
    expect(share(1, 0.2)).toBeCloseTo(0.2, 1);
    expect(Math.abs(share(0.5, 0.2) - (2 / Math.PI) * Math.asin(Math.sqrt(0.2)))).toBeLessThan(0.018);
  });
});

/** Labels of rows, drawn from three classes. */
const someLabels = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 });

/** Shares of the classes, from the share that each row of the batch has in a mixture. */
function expectedShares(parts: readonly number[], labels: readonly number[]): number[] {
  return [0, 1, 2].map((name) => parts.reduce((sum, part, row) => sum + (labels[row] === name ? part : 0), 0));
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  // Single precision.
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

describe('mixup', () => {
  it('gives each row shares of itself and one partner, each partner once, and the target the same shares', () => {
    fc.assert(
      fc.property(someLabels, fc.nat(50), (labels, epoch) => {
        const rows = labels.length;
        // Row i is 1 at place i: a mixture tells what is in it.
        const unit = float32(
          [rows, rows],
          Float32Array.from({ length: rows * rows }, (_, i) => (Math.floor(i / rows) === i % rows ? 1 : 0)),
        );
        const { image, target } = mixed({ ...batchOf(rows, [rows], labels), inputs: { image: unit } }, 'mixup', {}, epoch);
        const parts = rowsOf(image);
        for (const [row, part] of parts.entries()) {
          expect(part.filter((value) => value > 0).length).toBeLessThanOrEqual(2);
          expectClose([part.reduce((a, b) => a + b, 0)], [1]);
          expectClose(rowsOf(target)[row] as number[], expectedShares(part, labels));
        }
        const taken = Array.from({ length: rows }, (_, place) => parts.reduce((sum, part) => sum + (part[place] as number), 0));
        expectClose(taken, new Array<number>(rows).fill(1));
      }),
      { numRuns: 50 },
    );
  });

  it('mixes rows at all', () => {
    const { image } = mixed(batchOf(6, [2]), 'mixup');
    expect(rowsOf(image)).not.toEqual(rowsOf(batchOf(6, [2]).inputs['image'] as Tensor));
  });
});

describe('cutmix', () => {
  it.each([[[3, 8, 6]], [[8, 6, 3]]])('gives the target the shares of the area, images %j', (dims) => {
    fc.assert(
      fc.property(someLabels, fc.nat(50), (labels, epoch) => {
        const { image, target } = mixed(batchOf(labels.length, dims, labels), 'cutmix', {}, epoch);
        for (const [row, values] of rowsOf(image).entries()) {
          const parts = labels.map((_, one) => values.filter((value) => value === one).length / values.length);
          expectClose(rowsOf(target)[row] as number[], expectedShares(parts, labels));
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([[[3, 8, 6]], [[8, 6, 3]]])('pastes one rectangle at the same place of all channels, images %j', (dims) => {
    const isFirst = dims[0] === 3;
    for (let epoch = 0; epoch < 30; epoch++) {
      const { image } = mixed(batchOf(4, dims), 'cutmix', {}, epoch);
      const [values = []] = rowsOf(image);
      const at = (channel: number, y: number, x: number): number => values[isFirst ? (channel * 8 + y) * 6 + x : (y * 6 + x) * 3 + channel] as number;
      const pasted = Array.from({ length: 48 }, (_, i) => i).filter((i) => at(0, Math.floor(i / 6), i % 6) !== 0);
      const [ys, xs] = [pasted.map((i) => Math.floor(i / 6)), pasted.map((i) => i % 6)];
      const area = (Math.max(...ys) - Math.min(...ys) + 1) * (Math.max(...xs) - Math.min(...xs) + 1);
      if (pasted.length > 0) expect(pasted).toHaveLength(area);
      for (const channel of [1, 2]) for (let i = 0; i < 48; i++) expect(at(channel, Math.floor(i / 6), i % 6)).toBe(at(0, Math.floor(i / 6), i % 6));
    }
  });
});

describe('what is mixed', () => {
  it('follows from seed, epoch and position alone', () => {
    const batch = batchOf(5, [3, 4, 4]);
    const once = mixed(batch, 'both', {}, 3);
    expect(mixed(batch, 'both', {}, 3)).toEqual(once);
    expect(mixed(batch, 'both', {}, 4)).not.toEqual(once);
    expect(mixed({ ...batch, position: 1 }, 'both', {}, 3)).not.toEqual(once);
    expect(batch).toEqual(batchOf(5, [3, 4, 4]));
  });

  it('is about the asked share of the batches, the others are samples with whole shares', () => {
    const batch = batchOf(8, [4]);
    const plain = Array.from({ length: 200 }, (_, epoch) => mixed(batch, 'mixup', { chance: 0.3 }, epoch)).filter(
      ({ image }) => image === batch.inputs['image'],
    );
    // Three standard deviations of 200 draws.
    expect(Math.abs(plain.length / 200 - 0.7)).toBeLessThan(0.1);
    expect(rowsOf(plain[0]?.target as Tensor)).toEqual([0, 1, 2, 0, 1, 2, 0, 1].map((label) => [0, 1, 2].map((name) => Number(name === label))));
  });

  it('is neither texts nor values nor whole numbers, and of tensors and features not cut', () => {
    const codeOf = (check: () => void): unknown => {
      try {
        return check();
      } catch (error) {
        return error instanceof RegraftError ? error.code : error;
      }
    };
    const mix = (name: MixSpec['name']): MixSpec => ({ name, alpha: 1, chance: 1 });
    expect(codeOf(() => checkMix(mix('mixup'), taskOf('tensor-regression'), 'cross-entropy', false))).toBe('MIX_TASK');
    expect(codeOf(() => checkMix(mix('mixup'), taskOf('text-classification'), 'cross-entropy', false))).toBe('MIX_TASK');
    expect(codeOf(() => checkMix(mix('mixup'), taskOf('tensor-classification'), 'cross-entropy', true))).toBeUndefined();
    expect(codeOf(() => checkMix(mix('both'), taskOf('tensor-classification'), 'cross-entropy', false))).toBe('MIX_INPUT');
    expect(codeOf(() => checkMix(mix('cutmix'), taskOf('image-classification'), 'cross-entropy', true))).toBe('MIX_INPUT');
    expect(codeOf(() => checkMix(mix('cutmix'), taskOf('image-classification'), 'cross-entropy', false))).toBeUndefined();
    expect(codeOf(() => checkMix(mix('mixup'), taskOf('tensor-classification'), 'focal', false))).toBe('MIX_LOSS');
    expect(codeOf(() => mixed({ ...batchOf(2, [1]), inputs: { ids: int64([2, 1], [1, 2]) } }, 'mixup'))).toBe('MIX_INPUT');
  });
});
