import { describe, expect, it } from 'vitest';
import { float32, int64, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { type AttributeValue, GraphBuilder, type StandardOp } from '../../src/engine/graph/index.js';
import { constant, float, floats, gradient } from './harness.js';
import { run } from './run.js';

/** Whole numbers that are all different, in a fixed mixed order: no ties, and far apart for difference quotients. */
function distinct(dims: readonly number[]): number[] {
  const size = sizeOf(dims);
  return Array.from({ length: size }, (_, i) => ((i * 7919) % (size * 2 + 1)) - size);
}

describe('MaxPool', () => {
  const image = (dims: readonly number[]): ReturnType<typeof floats> => floats(dims, distinct(dims));
  for (const strides of [
    [1, 1],
    [2, 2],
    [3, 2],
  ]) {
    for (const pads of [
      [0, 0, 0, 0],
      [1, 0, 1, 1],
    ]) {
      for (const ceil_mode of [0, 1])
        gradient({ op: 'MaxPool', inputs: [image([2, 3, 7, 8])], attributes: { kernel_shape: [3, 2], strides, pads, ceil_mode } });
    }
  }
  gradient({ op: 'MaxPool', inputs: [image([2, 3, 7, 8])], attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' } });
  gradient({ op: 'MaxPool', inputs: [image([2, 3, 7, 8])], attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' } });
  gradient({ op: 'MaxPool', inputs: [image([1, 2, 7, 8])], attributes: { kernel_shape: [2, 3], dilations: [2, 2] } });
  gradient({ op: 'MaxPool', inputs: [image([1, 2, 7, 8])], attributes: { kernel_shape: [1, 1], strides: [2, 2] } });
  gradient({ op: 'MaxPool', inputs: [image([2, 3, 9])], attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] } });
  gradient({ op: 'MaxPool', inputs: [image([2, 2, 4, 5, 4])], attributes: { kernel_shape: [2, 2, 2], strides: [2, 1, 2] } });
  gradient({ op: 'MaxPool', inputs: [image([2, 2, 4, 6, 4])], attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] } });
  gradient({ op: 'MaxPool', name: 'indices', inputs: [image([1, 2, 5, 4])], attributes: { kernel_shape: [2, 2] }, outputs: 2 });
  gradient({ op: 'MaxPool', name: 'indices', inputs: [image([1, 2, 5, 4])], attributes: { kernel_shape: [2, 2], storage_order: 1 }, outputs: 2 });
});

describe('AveragePool', () => {
  const linear = [0];
  for (const count_include_pad of [0, 1]) {
    for (const strides of [
      [1, 1],
      [2, 2],
      [3, 2],
    ]) {
      for (const pads of [
        [0, 0, 0, 0],
        [1, 1, 1, 1],
        [1, 0, 0, 1],
      ]) {
        for (const ceil_mode of [0, 1]) {
          gradient({
            op: 'AveragePool',
            inputs: [float([2, 3, 7, 8])],
            attributes: { kernel_shape: [3, 2], strides, pads, ceil_mode, count_include_pad },
            linear,
          });
        }
      }
    }
    for (const auto_pad of ['SAME_UPPER', 'SAME_LOWER', 'VALID']) {
      gradient({
        op: 'AveragePool',
        inputs: [float([2, 3, 7, 8])],
        attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad, count_include_pad },
        linear,
      });
    }
    gradient({
      op: 'AveragePool',
      inputs: [float([1, 2, 7, 8])],
      attributes: { kernel_shape: [2, 3], dilations: [2, 3], pads: [1, 1, 1, 1], count_include_pad },
      linear,
    });
  }
  gradient({ op: 'AveragePool', inputs: [float([2, 3, 6, 8])], attributes: { kernel_shape: [2, 4], strides: [2, 4] }, linear });
  gradient({ op: 'AveragePool', inputs: [float([2, 3, 9])], attributes: { kernel_shape: [3], strides: [3] }, linear });
  gradient({ op: 'AveragePool', inputs: [float([2, 3, 9])], attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] }, linear });
  gradient({ op: 'AveragePool', inputs: [float([2, 2, 4, 5, 4])], attributes: { kernel_shape: [2, 3, 2], strides: [2, 1, 1] }, linear });
  gradient({ op: 'AveragePool', inputs: [float([2, 2, 4, 6, 2])], attributes: { kernel_shape: [2, 3, 2], strides: [2, 3, 2] }, linear });
  // Beyond the size of a dense matrix the map becomes gathers.
  gradient({ op: 'AveragePool', name: 'long', inputs: [float([1, 1, 3000])], attributes: { kernel_shape: [5], strides: [2], pads: [2, 2] }, linear });
});

describe('LpPool', () => {
  for (const p of [1, 2, 3]) {
    const reference = (b: Parameters<NonNullable<Parameters<typeof gradient>[0]['reference']>>[0], x: readonly unknown[]) => {
      type Value = Parameters<typeof b.mul>[0] & object;
      const power = b.pow(b.op('Abs', [x[0] as Value]), p);
      const taps = [0, 1].flatMap((h) => [0, 1, 2].map((w) => b.slice(power, [h, w], [h + 3, w + 5], [2, 3], [2, 2])));
      return [b.pow(b.op('Sum', taps), 1 / p)];
    };
    gradient({ op: 'LpPool', inputs: [float([2, 3, 4, 7], 0.5, 2)], attributes: { p, kernel_shape: [2, 3], strides: [2, 2] }, reference });
    const whole: typeof reference = (b, x) => [b.pow(b.reduceSum(b.pow(b.op('Abs', [x[0] as never]), p), [2, 3]), 1 / p)];
    gradient({ op: 'GlobalLpPool', inputs: [float([2, 3, 4, 5], -2, -0.5)], attributes: { p }, reference: whole });
    gradient({ op: 'LpPool', inputs: [float([2, 3, 4, 5], -2, -0.5)], attributes: { p, kernel_shape: [4, 5] }, reference: whole });
  }
  gradient({
    op: 'LpPool',
    name: 'padded',
    inputs: [floats([1, 1, 2], [3, -4])],
    attributes: { p: 2, kernel_shape: [3], pads: [1, 1] },
    reference: (b, x) => {
      const norm = b.op('ReduceL2', [x[0], b.ints([2])]);
      return [b.concat([norm, norm], 2)];
    },
  });
});

describe('Global pools', () => {
  for (const dims of [
    [2, 3, 4, 5],
    [2, 3, 1, 1],
    [2, 3, 7],
    [1, 2, 2, 3, 2],
  ]) {
    gradient({ op: 'GlobalAveragePool', inputs: [float(dims)], linear: [0] });
    gradient({
      op: 'GlobalMaxPool',
      inputs: [floats(dims, distinct(dims))],
      reference: (b, x) => [b.reduceMax(x[0] as never, dims.map((_, i) => i).slice(2))],
    });
  }
});

describe('MaxUnpool', () => {
  const indices = constant(int64([1, 2, 2, 2], [0, 3, 9, 11, 18, 16, 28, 31]));
  gradient({ op: 'MaxUnpool', inputs: [float([1, 2, 2, 2]), indices], attributes: { kernel_shape: [2, 2], strides: [2, 2] }, linear: [0] });
});

describe('ties', () => {
  async function gradientOf(op: StandardOp, x: Tensor, attributes: Readonly<Record<string, AttributeValue>>): Promise<number[]> {
    const b = new GraphBuilder(21);
    const y = b.op(op, [b.input('x', x.type, x.dims)], attributes);
    const dx = differentiate(b, b.reduceSum(y, [...y.dims.keys()], false), ['x']).get('x') ?? y;
    return toNumbers((await run(b.model([dx]), { x })).get(dx.name) as Tensor);
  }

  it('give the whole gradient to the first maximum, as PyTorch does', async () => {
    const image = float32([1, 1, 3, 3], [5, 5, 1, 5, 5, 1, 0, 0, 0]);
    expect(await gradientOf('MaxPool', image, { kernel_shape: [2, 2] })).toEqual([1, 1, 0, 1, 1, 0, 0, 0, 0]);
    expect(await gradientOf('MaxPool', image, { kernel_shape: [3, 3] })).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await gradientOf('MaxPool', image, { kernel_shape: [2, 2], strides: [2, 2] })).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(await gradientOf('GlobalMaxPool', image, {})).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('give no gradient to zeros under a norm', async () => {
    expect(await gradientOf('GlobalLpPool', float32([1, 1, 2], [0, 0]), { p: 2 })).toEqual([0, 0]);
    expect(await gradientOf('LpPool', float32([1, 1, 2], [0, 0]), { p: 3, kernel_shape: [2] })).toEqual([0, 0]);
  });
});
