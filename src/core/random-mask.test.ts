import { describe, expect, it } from 'vitest';
import { Random } from './random.js';
import { randomMask } from './random-mask.js';

describe('a random mask', () => {
  // Less than a block of four, several chunks with a rest, and all shares of zeros.
  it.each([
    [3, 0.5],
    [40003, 0.1],
    [500, 0],
    [500, 1],
  ])('of %i elements has its zeros where the numbers of the stream are below %d', (size, ratio) => {
    for (const seed of [0, 1, 0xfffffff0]) {
      const random = new Random(seed, 'stream');
      const expected = Float32Array.from({ length: size }, () => (random.uniform() < ratio ? 0 : 1.25));
      expect(randomMask(seed, 'stream', size, ratio, 1.25)).toEqual(expected);
    }
  });
});
