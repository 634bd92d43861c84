import { expect, it } from 'vitest';
import { runOnnx } from '../../../test/support/ort.js';
import { float32, fromNumbers, toNumbers } from '../../core/index.js';
import { GraphBuilder, MODERN_OPSET } from '../../engine/graph/index.js';
import { type Pooling, poolTokens } from './pool-tokens.js';

// Two texts of 3 and 1 of 3 tokens; what stands for padding is larger and smaller than all else.
const tokens = float32([2, 3, 2], [1, -5, 2, -4, 6, -9, -3, 7, 100, 100, -100, -100]);
const pooled: Record<Pooling, readonly number[]> = {
  mean: [3, -6, -3, 7],
  max: [6, -4, -3, 7],
  first: [1, -5, -3, 7],
  last: [6, -9, -3, 7],
};
const plain: Record<Pooling, readonly number[]> = {
  mean: [3, -6, -1, 7 / 3],
  max: [6, -4, 100, 100],
  first: [1, -5, -3, 7],
  last: [6, -9, -100, -100],
};

it.each(Object.keys(pooled) as Pooling[])('%s', async (pooling) => {
  for (const type of ['int64', 'int32', 'float32'] as const) {
    for (const [mask, expected] of [
      [{ name: 'mask', type }, pooled[pooling]],
      [undefined, plain[pooling]],
    ] as const) {
      const b = new GraphBuilder(MODERN_OPSET);
      const values = b.op('Identity', [b.input('tokens', 'float32', [2, 3, 2])]);
      const model = b.model([values]);
      const taken = mask ? [...model.graph.inputs, { name: 'mask', type: { kind: 'tensor' as const, type, dims: [2, 3] } }] : model.graph.inputs;
      const { graph, output } = poolTokens({ ...model.graph, inputs: taken }, values.name, pooling, mask);
      const inputs = { tokens, ...(mask && { mask: fromNumbers(type, [2, 3], [1, 1, 1, 1, 0, 0]) }) };
      const found = (await runOnnx({ ...model, graph }, inputs))[output];
      expect(found?.dims).toEqual([2, 2]);
      // Sums of three numbers in single precision.
      if (found) for (const [i, value] of toNumbers(found).entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
    }
  }
});
