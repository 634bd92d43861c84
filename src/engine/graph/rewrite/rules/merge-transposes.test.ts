import { describe, expect, it } from 'vitest';
import { rewriting } from '../../../../../test/support/rewriting.js';
import { mergeTransposes } from './merge-transposes.js';

describe('merge-transposes', () => {
  it('makes one of several', async () => {
    const { graph } = await rewriting(mergeTransposes, [2, 3, 4], (b, x) =>
      b.transpose(b.transpose(b.transpose(x, [1, 2, 0]), [0, 2, 1]), [2, 1, 0]),
    );
    expect(graph.nodes).toHaveLength(1);
  });

  it('removes two that undo each other, and keeps the name of the output', async () => {
    const { ops, graph } = await rewriting(mergeTransposes, [2, 3, 4], (b, x) => b.exp(b.transpose(b.transpose(x, [1, 2, 0]), [2, 0, 1])));
    expect(ops).toEqual(['Exp']);
    expect(graph.nodes[0]?.inputs).toEqual(['x']);
    const output = await rewriting(mergeTransposes, [2, 3], (b, x) => b.transpose(b.transpose(b.exp(x), [1, 0]), [1, 0]));
    expect(output.ops).toEqual(['Exp']);
  });

  it('keeps the first one where its value is needed too', async () => {
    const { ops } = await rewriting(mergeTransposes, [2, 3, 4], (b, x) => {
      const first = b.transpose(x, [1, 2, 0]);
      return [b.exp(first), b.transpose(first, [1, 0, 2])];
    });
    expect(ops).toEqual(['Transpose', 'Exp', 'Transpose']);
  });
});
