import { describe, expect, it } from 'vitest';
import { parameter, rewriting } from '../../../../../test/support/rewriting.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { rmsNormalization } from './rms-normalization.js';

const FORMS: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  "PyTorch's rsqrt": (b, x) => {
    const shifted = b.add(b.reduceMean(b.pow(x, 2), [-1]), 1e-3);
    return b.mul(parameter(b, 'scale', [4]), b.mul(x, b.div(1, b.sqrt(shifted))));
  },
  'a reciprocal root': (b, x) => b.mul(b.mul(x, b.reciprocal(b.sqrt(b.add(b.reduceMean(b.mul(x, x), [-1]), 1e-3)))), parameter(b, 'scale', [4])),
  'a division': (b, x) => b.mul(b.div(x, b.sqrt(b.add(b.reduceMean(b.pow(x, 2), [1]), 1e-3))), parameter(b, 'scale', [4])),
};

describe('rms-normalization', () => {
  it.each(Object.entries(FORMS))('fuses %s', async (_, build) => {
    const { graph, skipped } = await rewriting(rmsNormalization, [3, 4], build);
    expect(graph.nodes).toHaveLength(1);
    expect(graph.nodes[0]).toMatchObject({ op: 'RMSNormalization', inputs: ['x', 'scale'] });
    expect(skipped).toEqual([]);
  });

  it('says why it leaves another axis alone', async () => {
    const { applied, skipped } = await rewriting(rmsNormalization, [4, 4], (b, x) =>
      b.mul(b.div(x, b.sqrt(b.add(b.reduceMean(b.pow(x, 2), [0]), 1e-3))), parameter(b, 'scale', [4])),
    );
    expect(applied).toEqual([]);
    expect(skipped[0]?.reason).toBe('the mean is not taken over the last axis alone');
  });
});
