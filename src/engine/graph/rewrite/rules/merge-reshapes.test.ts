import { describe, expect, it } from 'vitest';
import { rewriting } from '../../../../../test/support/rewriting.js';
import { mergeReshapes } from './merge-reshapes.js';

describe('merge-reshapes', () => {
  it('makes one of several', async () => {
    const { ops } = await rewriting(mergeReshapes, [2, 3, 4], (b, x) =>
      b.op('Flatten', [b.op('Squeeze', [b.op('Unsqueeze', [b.reshape(x, [6, 4]), b.ints([0])]), b.ints([0])])]),
    );
    expect(ops).toEqual(['Reshape']);
  });

  it('removes a shape that comes out as it was', async () => {
    const { ops } = await rewriting(mergeReshapes, [2, 3, 4], (b, x) => b.exp(b.reshape(b.reshape(x, [6, 4]), [2, 3, 4])));
    expect(ops).toEqual(['Exp']);
  });

  it('merges shapes without elements', async () => {
    const { ops } = await rewriting(mergeReshapes, [2, 0, 4], (b, x) => b.reshape(b.reshape(x, [0, 3]), [7, 0]));
    expect(ops).toEqual(['Reshape']);
  });
});
