import { describe, expect, it } from 'vitest';
import { parameter, rewriting } from '../../../../../test/support/rewriting.js';
import type { GraphBuilder, Value } from '../../builder.js';
import { layerNormalization } from './layer-normalization.js';

const DIMS = [2, 5, 4];
const EPSILON = 1e-3;

/** The variance plus epsilon [2, 5, 1], as PyTorch exports it, and what it needs. */
function moments(b: GraphBuilder, x: Value, axes: readonly number[] = [-1]): { mean: Value; centred: Value; shifted: Value } {
  const mean = b.reduceMean(x, axes);
  const centred = b.sub(x, mean);
  return { mean, centred, shifted: b.add(b.reduceMean(b.pow(centred, 2), axes), EPSILON) };
}

function inverse(b: GraphBuilder, shifted: Value): Value {
  return b.mul(b.reciprocal(b.sqrt(shifted)), parameter(b, 'scale', [4]));
}

const FORMS: Readonly<Record<string, (b: GraphBuilder, x: Value) => Value>> = {
  "PyTorch's export": (b, x) => {
    const { centred, shifted } = moments(b, x);
    return b.add(b.mul(b.div(centred, b.sqrt(shifted)), parameter(b, 'scale', [4])), parameter(b, 'bias', [4]));
  },
  'operands the other way round, distances multiplied': (b, x) => {
    const mean = b.reduceMean(x, [2]);
    const [one, two] = [b.sub(x, mean), b.sub(x, mean)];
    const shifted = b.add(EPSILON, b.reduceMean(b.mul(two, two), [2]));
    return b.add(parameter(b, 'bias', [4]), b.mul(parameter(b, 'scale', [4]), b.div(one, b.sqrt(shifted))));
  },
  'a reciprocal root': (b, x) => {
    const { centred, shifted } = moments(b, x);
    return b.add(b.mul(b.mul(centred, b.reciprocal(b.sqrt(shifted))), parameter(b, 'scale', [4])), parameter(b, 'bias', [4]));
  },
  "TensorFlow's batch_normalization": (b, x) => {
    const { mean, shifted } = moments(b, x);
    const factor = inverse(b, shifted);
    return b.add(b.mul(x, factor), b.sub(parameter(b, 'bias', [4]), b.mul(mean, factor)));
  },
  'Keras 3, with the variance from the mean square': (b, x) => {
    const mean = b.reduceMean(x, [-1]);
    const variance = b.sub(b.reduceMean(b.mul(x, x), [-1]), b.mul(mean, mean));
    const factor = inverse(b, b.add(variance, EPSILON));
    return b.add(b.mul(x, factor), b.add(b.mul(b.neg(mean), factor), parameter(b, 'bias', [4])));
  },
};

describe('layer-normalization', () => {
  it.each(Object.entries(FORMS))('fuses %s', async (_, build) => {
    const { ops, applied, skipped, graph } = await rewriting(layerNormalization, DIMS, build);
    expect(ops).toEqual(['LayerNormalization']);
    expect(applied).toHaveLength(1);
    expect(skipped).toEqual([]);
    expect([...graph.initializers.keys()]).toEqual(expect.arrayContaining(['scale', 'bias']));
    expect(graph.nodes[0]?.inputs).toEqual(['x', 'scale', 'bias']);
  });

  it('fuses without bias, and without scale', async () => {
    const normalised = (b: GraphBuilder, x: Value): Value => {
      const { centred, shifted } = moments(b, x);
      return b.div(centred, b.sqrt(shifted));
    };
    const scaled = await rewriting(layerNormalization, DIMS, (b, x) => b.mul(normalised(b, x), parameter(b, 'scale', [4])));
    expect(scaled.graph.nodes.map(({ inputs }) => inputs)).toEqual([['x', 'scale']]);
    const bare = await rewriting(layerNormalization, DIMS, normalised);
    expect(bare.ops).toEqual(['LayerNormalization']);
  });

  it('fuses over several last dimensions', async () => {
    const { ops } = await rewriting(layerNormalization, DIMS, (b, x) => {
      const { centred, shifted } = moments(b, x, [1, 2]);
      return b.add(b.mul(b.div(centred, b.sqrt(shifted)), parameter(b, 'scale', [5, 4])), parameter(b, 'bias', [5, 4]));
    });
    expect(ops).toEqual(['LayerNormalization']);
  });

  it('says why it leaves other axes, other scales and shared values alone', async () => {
    const channels = await rewriting(layerNormalization, DIMS, (b, x) => {
      const { centred, shifted } = moments(b, x, [1]);
      return b.div(centred, b.sqrt(shifted));
    });
    expect(channels.applied).toEqual([]);
    expect(channels.skipped[0]?.reason).toBe('axes [1] are not the last of 3');

    const wide = await rewriting(layerNormalization, DIMS, (b, x) => {
      const { centred, shifted } = moments(b, x);
      return b.mul(b.div(centred, b.sqrt(shifted)), parameter(b, 'scale', [5, 4]));
    });
    expect(wide.ops).toEqual(['LayerNormalization', 'Mul']);

    const shared = await rewriting(layerNormalization, DIMS, (b, x) => {
      const { centred, shifted } = moments(b, x);
      return [b.div(centred, b.sqrt(shifted)), b.exp(shifted)];
    });
    expect(shared.applied).toEqual([]);
    expect(shared.skipped[0]?.reason).toMatch(/is also used by Exp node/);
  });
});
