import { describe } from 'vitest';
import { fromNumbers } from '../../src/core/index.js';
import { decomposedAttention } from '../../src/engine/autodiff/rules/attention.js';
import { type AttributeValue, attributes } from '../../src/engine/graph/index.js';
import { constant, feed, float, frozen, gradient, type InputSpec } from './harness.js';

/** Without a float64 kernel, differences are taken of the decomposed form, whose outputs must equal the op's. */
function attention(name: string, inputs: readonly InputSpec[], given: Readonly<Record<string, AttributeValue>> = {}, outputs = 1): void {
  gradient({
    op: 'Attention',
    name,
    opset: 23,
    inputs,
    attributes: given,
    outputs,
    reference: (b, values) =>
      decomposedAttention(b, { name: '', op: 'Attention', domain: '', inputs: [], outputs: [], attributes: attributes(given) }, values).slice(
        0,
        outputs,
      ),
  });
}

describe('Attention', () => {
  const qkv = [float([2, 3, 4, 5]), float([2, 3, 6, 5]), float([2, 3, 6, 2])];
  attention('', qkv);
  attention('scaled', qkv, { scale: 0.3 });
  attention('causal', [float([2, 3, 4, 5]), float([2, 3, 4, 5]), float([2, 3, 4, 2])], { is_causal: 1 });
  attention('float mask', [...qkv, float([4, 6])]);
  attention('mask', [
    ...qkv,
    feed(
      fromNumbers(
        'bool',
        [2, 1, 4, 6],
        Array.from({ length: 48 }, (_, i) => (i % 5 < 3 ? 1 : 0)),
      ),
    ),
  ]);
  attention('capped', [...qkv, frozen(float([4, 6]))], { softcap: 2 });
  attention('grouped', [float([1, 4, 3, 2]), float([1, 2, 5, 2]), float([1, 2, 5, 3])]);
  attention('flat', [float([2, 3, 8]), float([2, 5, 4]), float([2, 5, 6])], { q_num_heads: 4, kv_num_heads: 2 });
  attention(
    'past',
    [float([1, 2, 2, 3]), float([1, 2, 2, 3]), float([1, 2, 2, 3]), undefined, float([1, 2, 3, 3]), float([1, 2, 3, 3])],
    { is_causal: 1 },
    3,
  );
  for (const mode of [0, 1, 2, 3]) attention(`scores ${mode}`, [...qkv, frozen(float([4, 6]))], { qk_matmul_output_mode: mode, softcap: 3 }, 4);
});

describe('RotaryEmbedding', () => {
  const angles = Array.from({ length: 8 * 2 }, (_, i) => i / 7);
  const table = (f: (x: number) => number, dims: readonly number[]) => constant(fromNumbers('float32', dims, angles.map(f)));
  const positions = feed(fromNumbers('int64', [2, 3], [0, 1, 2, 5, 6, 7]));
  for (const interleaved of [0, 1]) {
    const caches = [table(Math.cos, [8, 2]), table(Math.sin, [8, 2]), positions];
    gradient({ op: 'RotaryEmbedding', opset: 23, inputs: [float([2, 2, 3, 4]), ...caches], attributes: { interleaved }, linear: [0] });
    gradient({
      op: 'RotaryEmbedding',
      opset: 23,
      inputs: [float([2, 3, 12]), ...caches],
      attributes: { interleaved, num_heads: 2, rotary_embedding_dim: 4 },
      linear: [0],
    });
  }
});
