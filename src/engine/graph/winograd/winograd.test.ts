import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, Random, sizeOf, type Tensor } from '../../../core/index.js';
import { GraphBuilder, type Value } from '../builder.js';
import { convolutionGradients, convolveByTiles, tilingOf } from './winograd.js';

/** Rounding of 32-bit products of 36 points; with the points 0, ±1, ±2 the largest error is 9e-6 of the largest value. */
const ROUNDING = 4e-6;

interface Case {
  readonly image: readonly [number, number, number, number];
  readonly channels: number;
  /** Before and after rows, before and after columns. */
  readonly pads: readonly [number, number, number, number];
}

const cases: readonly Case[] = [
  { image: [4, 32, 8, 8], channels: 32, pads: [1, 1, 1, 1] },
  { image: [8, 48, 7, 13], channels: 64, pads: [1, 1, 1, 1] },
  { image: [8, 40, 14, 9], channels: 32, pads: [0, 0, 0, 0] },
  { image: [8, 32, 12, 10], channels: 48, pads: [2, 0, 1, 2] },
];

/** Visits every product of a correlation with the flat positions of its factors and of the output it belongs to. */
function visit({ image: [n, c, rows, columns], channels, pads }: Case, add: (image: number, kernel: number, output: number) => void): void {
  const [high, wide] = gridOf([rows, columns], pads);
  for (let s = 0; s < n; s++)
    for (let m = 0; m < channels; m++)
      for (let k = 0; k < c; k++)
        for (let tap = 0; tap < 9; tap++)
          for (let y = 0; y < high; y++)
            for (let x = 0; x < wide; x++) {
              const [i, j] = [y + Math.floor(tap / 3) - pads[0], x + (tap % 3) - pads[2]];
              if (i < 0 || j < 0 || i >= rows || j >= columns) continue;
              add(((s * c + k) * rows + i) * columns + j, (m * c + k) * 9 + tap, ((s * channels + m) * high + y) * wide + x);
            }
}

function gridOf([rows, columns]: readonly [number, number], pads: Case['pads']): [number, number] {
  return [rows + pads[0] + pads[1] - 2, columns + pads[2] + pads[3] - 2];
}

function draw(name: string, dims: readonly number[]): Tensor {
  const random = new Random(1, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)),
  );
}

interface Drawn {
  readonly image: Tensor;
  readonly kernel: Tensor;
  readonly bias: Tensor;
  readonly dy: Tensor;
}

function drawn(spec: Case): Drawn {
  const [n, c, rows, columns] = spec.image;
  const kernel = draw('kernel', [spec.channels, c, 3, 3]);
  const dy = draw('dy', [n, spec.channels, ...gridOf([rows, columns], spec.pads)]);
  return { image: draw('image', spec.image), kernel, bias: draw('bias', [spec.channels]), dy };
}

function convolution(b: GraphBuilder, inputs: readonly Value[], pads: Case['pads']): Value {
  return b.op('Conv', inputs, { pads: [pads[0], pads[2], pads[1], pads[3]] });
}

/** The largest difference from `expected`, as a share of its largest value. */
function errorOf(values: Tensor | undefined, expected: Float64Array): number {
  const largest = (numbers: Float64Array): number => numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(expected.map((value, i) => value - Number(values?.data[i]))) / largest(expected);
}

describe.each(cases)('$image to $channels channels, pads $pads', (spec) => {
  const { image, kernel, bias, dy } = drawn(spec);
  const sums = (tensor: Tensor): Float64Array => new Float64Array(tensor.data.length);

  it('gives the outputs of a Conv with bias, without a Conv', async () => {
    const b = new GraphBuilder(21);
    const inputs = [b.input('image', 'float32', image.dims), b.input('kernel', 'float32', kernel.dims), b.input('bias', 'float32', bias.dims)];
    const y = convolution(b, inputs, spec.pads);
    convolveByTiles(b);
    expect(b.nodes.map(({ op }) => op)).not.toContain('Conv');
    const positions = dy.data.length / (dy.dims[0] as number) / spec.channels;
    const expected = sums(dy).map((_, i) => Number(bias.data[Math.floor(i / positions) % spec.channels]));
    visit(spec, (x, w, out) => {
      expected[out] = (expected[out] as number) + Number(image.data[x]) * Number(kernel.data[w]);
    });
    expect(errorOf((await runOnnx(b.model([y]), { image, kernel, bias }))[y.name], expected)).toBeLessThan(ROUNDING);
  });

  it('gives the gradients by image and kernel', async () => {
    const b = new GraphBuilder(21);
    const values = {
      image: b.input('image', 'float32', image.dims),
      kernel: b.input('kernel', 'float32', kernel.dims),
      dy: b.input('dy', 'float32', dy.dims),
    };
    convolution(b, [values.image, values.kernel], spec.pads);
    const tiling = tilingOf(b.nodes[0] as never, values.image, values.kernel);
    if (tiling === undefined) throw new Error('Tiles do not pay here: the case tests nothing.');
    const gradients = convolutionGradients(b, values, tiling, { image: true, kernel: true }) as [Value, Value];
    const expected = [sums(image), sums(kernel)] as const;
    visit(spec, (x, w, out) => {
      expected[0][x] = (expected[0][x] as number) + Number(dy.data[out]) * Number(kernel.data[w]);
      expected[1][w] = (expected[1][w] as number) + Number(dy.data[out]) * Number(image.data[x]);
    });
    const results = await runOnnx(b.model(gradients), { image, kernel, dy });
    for (const [i, gradient] of gradients.entries()) {
      expect(results[gradient.name]?.dims).toEqual([image, kernel][i]?.dims);
      expect(errorOf(results[gradient.name], expected[i] as Float64Array)).toBeLessThan(ROUNDING);
    }
  });
});

describe('a Conv stays', () => {
  const left = (dims: readonly number[], kernel: readonly number[], attributes: Parameters<GraphBuilder['op']>[2]): string[] => {
    const b = new GraphBuilder(21);
    b.op('Conv', [b.input('image', 'float32', dims), b.input('kernel', 'float32', kernel)], attributes);
    convolveByTiles(b);
    return b.nodes.map(({ op }) => op);
  };

  it.each([
    ['strides', [16, 32, 8, 8], [32, 32, 3, 3], { strides: [2, 2] }],
    ['dilations', [16, 32, 8, 8], [32, 32, 3, 3], { dilations: [2, 2] }],
    ['groups', [16, 32, 8, 8], [32, 16, 3, 3], { group: 2 }],
    ['another kernel', [16, 32, 8, 8], [32, 32, 5, 5], {}],
    ['too few channels to pay', [16, 3, 32, 32], [16, 3, 3, 3], {}],
    ['too large an image to pay', [16, 64, 56, 56], [64, 64, 3, 3], { pads: [1, 1, 1, 1] }],
  ] as const)('with %s', (_, dims, kernel, attributes) => {
    expect(left(dims, kernel, attributes)).toEqual(['Conv']);
  });
});
