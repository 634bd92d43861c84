import { describe, expect, it } from 'vitest';
import { type DataType, float32, fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { GraphBuilder, type Value } from '../../src/engine/graph/index.js';
import { record } from './record.js';
import { run } from './run.js';

interface Quantizer {
  readonly type: DataType;
  readonly low: number;
  readonly high: number;
  readonly dims: readonly number[];
  /** Scales and zero points, and which of them an element has. */
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  readonly parameterDims: readonly number[];
  readonly parameterOf: (element: number) => number;
  readonly attributes: Readonly<Record<string, number>>;
  /** What lies between the two nodes. */
  readonly between?: (b: GraphBuilder, q: Value) => Value;
}

const sum = (b: GraphBuilder, x: Value): Value => b.reduceSum(x, [...x.dims.keys()], false);

/** Gradients of Σ w·dequantize(quantize(x)) by x and by the scales, and what the straight-through estimator says they are. */
async function compare(name: string, given: Quantizer): Promise<void> {
  const random = new Random(1, 'quantize');
  const numbers = (low: number, high: number): Tensor =>
    float32(
      given.dims,
      Array.from({ length: sizeOf(given.dims) }, () => random.uniform(low, high)),
    );
  const [x, w] = [numbers(-4, 4), numbers(-1, 1)];
  const b = new GraphBuilder(21);
  const scale = b.input('scale', 'float32', given.parameterDims);
  const zero = b.initializer('zero', fromNumbers(given.type, given.parameterDims, given.zeros));
  const q = b.op('QuantizeLinear', [b.input('x', 'float32', given.dims), scale, zero], given.attributes);
  const y = b.op('DequantizeLinear', [given.between?.(b, q) ?? q, scale, zero], given.attributes);
  const grads = differentiate(b, sum(b, b.mul(b.reshape(y, given.dims), b.input('w', 'float32', given.dims))), ['x', 'scale']);
  const [dx, dscale] = [grads.get('x') as Value, grads.get('scale') as Value];
  expect(dx.type).toBe('float32');
  const results = await run(b.model([dx, dscale]), { x, w, scale: float32(given.parameterDims, given.scales) });
  const [xs, ws] = [toNumbers(x), toNumbers(w)];
  const expectedScale = given.scales.map(() => 0);
  const expected = xs.map((value, i) => {
    const parameter = given.parameterOf(i);
    const [s, z] = [given.scales[parameter] as number, given.zeros[parameter] as number];
    const steps = Math.fround(value / s);
    const level = Math.round(steps) + z;
    const inside = level >= given.low && level <= given.high;
    const weight = ws[i] as number;
    const clipped = Math.min(Math.max(level, given.low), given.high) - z;
    expectedScale[parameter] = (expectedScale[parameter] as number) + weight * (inside ? clipped - steps : clipped);
    return inside ? weight : 0;
  });
  expect(expected.some((g) => g === 0)).toBe(true);
  expectClose(name, toNumbers(results.get(dx.name) as Tensor), expected);
  expectClose(name, toNumbers(results.get(dscale.name) as Tensor), expectedScale);
}

/** Float rounding of a few operations, and of sums over at most 60 elements of size up to 255. */
function expectClose(name: string, actual: readonly number[], expected: readonly number[]): void {
  const scale = Math.max(...expected.map(Math.abs));
  const error = Math.max(...actual.map((g, i) => Math.abs(g - (expected[i] as number)))) / scale;
  expect(error, name).toBeLessThan(1e-5);
  for (const op of ['QuantizeLinear', 'DequantizeLinear']) record({ op, case: name, oracle: 'formula64', error });
}

const perTensor = { dims: [3, 4, 5], parameterDims: [], parameterOf: () => 0, attributes: {} };

describe('QuantizeLinear and DequantizeLinear', () => {
  it('let the gradient through where nothing saturates, int8', async () => {
    await compare('int8', { ...perTensor, type: 'int8', low: -128, high: 127, scales: [0.02], zeros: [3] });
  });

  it('do so for uint8 and int16', async () => {
    await compare('uint8', { ...perTensor, type: 'uint8', low: 0, high: 255, scales: [0.02], zeros: [128] });
    await compare('int16', { ...perTensor, type: 'int16', low: -32768, high: 32767, scales: [0.0001], zeros: [0] });
  });

  it('do so with a scale a channel', async () => {
    const parameterOf = (element: number): number => Math.floor(element / 5) % 4;
    const scales = [0.01, 0.02, 0.04, 0.015];
    const quantizer = { ...perTensor, parameterDims: [4], parameterOf, type: 'int8', low: -128, high: 127, scales, zeros: [0, 3, -5, 7] } as const;
    await compare('per axis', quantizer);
    await compare('per negative axis', { ...quantizer, attributes: { axis: -2 } });
  });

  it('do so with a scale a block', async () => {
    const scales = [0.01, 0.02, 0.04, 0.015, 0.03, 0.025];
    const parameterOf = (element: number): number => Math.floor(element / 10) * 2 + Math.floor((element % 10) / 5);
    const dims = [3, 10];
    const zeros = [0, 3, -5, 7, 1, 0];
    const attributes = { axis: 1, block_size: 5 };
    await compare('blocks', { dims, parameterDims: [3, 2], parameterOf, attributes, type: 'int8', low: -128, high: 127, scales, zeros });
  });

  it('do so when the integers are reshaped and moved in between', async () => {
    const between = (b: GraphBuilder, q: Value): Value => b.transpose(b.transpose(b.reshape(q, [12, 5]), [1, 0]), [1, 0]);
    await compare('moved', { ...perTensor, type: 'int8', low: -128, high: 127, scales: [0.02], zeros: [0], between });
  });

  it('leave integers that come from elsewhere without a gradient', () => {
    const b = new GraphBuilder(21);
    const x = b.input('x', 'float32', [3]);
    const y = b.cast(b.op('ArgMax', [x], { axis: 0 }), 'float32');
    const dx = differentiate(b, sum(b, b.mul(y, x)), ['x']).get('x') as Value;
    expect(dx.dims).toEqual([3]);
  });
});
