import { describe, expect, it } from 'vitest';
import { watchedDevice } from '../../../../test/support/device.js';
import { tensorData } from '../../../../test/support/tensors.js';
import { float32, Random, type RegraftError, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { GraphBuilder, type Model } from '../../../engine/graph/index.js';
import { rowInputs, SkipLog } from '../../data/index.js';
import { adaptStatistics } from './adapt-statistics.js';

const SAMPLES = 7;
const ROWS = 3;
const WIDTH = 4;
const EPS = 1e-5;

function drawn(name: string, dims: readonly number[], low = -1, high = 1): Tensor {
  const random = new Random(2, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(low, high)),
  );
}

/** Normalise, matrix, normalise. */
function model(): Model {
  const b = new GraphBuilder(17);
  const x = b.input('x', 'float32', [ROWS, WIDTH]);
  const parameters = (name: string) =>
    ['scale', 'shift', 'mean', 'variance'].map((part) => b.initializer(`${name}.${part}`, drawn(`${name}.${part}`, [WIDTH], 0.5, 2)));
  const first = b.op('BatchNormalization', [x, ...parameters('a')], { epsilon: EPS });
  const mixed = b.op('MatMul', [first, b.initializer('w', drawn('w', [WIDTH, WIDTH]))]);
  const { graph, ...rest } = b.model([b.op('BatchNormalization', [mixed, ...parameters('b')], { epsilon: EPS })]);
  const inputs = [{ name: 'x', type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, WIDTH] } }];
  return { ...rest, graph: { ...graph, inputs } };
}

const data = tensorData({ x: drawn('x', [SAMPLES, WIDTH], -2, 5) }, new Array<number>(SAMPLES).fill(0), 1);

async function itemsOf() {
  return rowInputs({ x: [WIDTH] }).open(data, 'eval', new SkipLog(SAMPLES));
}

interface Moments {
  readonly mean: number[];
  readonly variance: number[];
}

function momentsOf(rows: readonly (readonly number[])[]): Moments {
  const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const column = (c: number): number[] => rows.map((row) => row[c] as number);
  const columns = Array.from({ length: WIDTH }, (_, c) => column(c));
  const mean = columns.map(average);
  return { mean, variance: columns.map((values, c) => average(values.map((value) => (value - (mean[c] as number)) ** 2))) };
}

describe('statistics estimated anew', () => {
  it('are the moments of all values, each batch normalised by its own', async () => {
    const whole = model();
    const items = await itemsOf();
    const planned = items.plan({ epoch: 0, shuffle: true, seed: 9, batchSize: ROWS, start: 0 }).slice(0, 2);
    const values = toNumbers(drawn('x', [SAMPLES, WIDTH], -2, 5));
    const weight = (name: string): number[] => toNumbers(whole.graph.initializers.get(name) as Tensor);
    const batches = planned.map((batch) => batch.items.map((item) => values.slice(item * WIDTH, (item + 1) * WIDTH)));
    const seconds = batches.flatMap((rows) => {
      const { mean, variance } = momentsOf(rows);
      const normal = rows.map((row) =>
        row.map(
          (x, c) =>
            ((x - (mean[c] as number)) / Math.sqrt((variance[c] as number) + EPS)) * (weight('a.scale')[c] as number) +
            (weight('a.shift')[c] as number),
        ),
      );
      return normal.map((row) =>
        Array.from({ length: WIDTH }, (_, to) => row.reduce((sum, x, from) => sum + x * (weight('w')[from * WIDTH + to] as number), 0)),
      );
    });
    const expected = { a: momentsOf(batches.flat()), b: momentsOf(seconds) };
    const found = await adaptStatistics(whole, { device: watchedDevice().device, items, rows: ROWS, seed: 9, onProgress: () => {} });
    expect(Object.keys(found).sort()).toEqual(['a.mean', 'a.variance', 'b.mean', 'b.variance']);
    for (const name of ['a', 'b'] as const) {
      for (const part of ['mean', 'variance'] as const) {
        // Values of a few units in single precision.
        for (const [c, value] of toNumbers(found[`${name}.${part}`] as Tensor).entries())
          expect(value).toBeCloseTo(expected[name][part][c] as number, 4);
      }
    }
  });

  it('are refused where there is nothing to estimate, or from', async () => {
    const items = await itemsOf();
    const context = { device: watchedDevice().device, items, seed: 0, onProgress: () => {} };
    const codeOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: RegraftError) => error.code);
    expect(await codeOf(adaptStatistics(model(), { ...context, rows: SAMPLES + 1 }))).toBe('BATCH_NORM_FEW');
    const plain = model();
    const nodes = plain.graph.nodes.filter(({ op }) => op === 'MatMul');
    expect(await codeOf(adaptStatistics({ ...plain, graph: { ...plain.graph, nodes } }, { ...context, rows: ROWS }))).toBe('BATCH_NORM_NONE');
  });
});
