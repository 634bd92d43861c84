import { expect, it } from 'vitest';
import { fixedBatch, freeBatch, prepareModel } from '../../src/bases/surgery/index.js';
import { sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import type { Graph, Model } from '../../src/engine/graph/index.js';
import { goldenInputs, goldenModel, goldenNames, readGolden } from '../support/golden.js';
import { runOnnx } from '../support/ort.js';

/** Larger graphs take long and hold nothing that the small ones of their family do not. */
const MOST_BYTES = 40e6;
/** A kernel may sum in another order for another batch size. */
const ROUNDING = 2e-4;

function prepared(name: string): { model: Model; batch: number } | undefined {
  const golden = readGolden(name);
  if (golden.fills.reduce((sum, { dims }) => sum + 4 * sizeOf(dims), 0) > MOST_BYTES) return undefined;
  const model = prepareModel(goldenModel(golden));
  const batch = fixedBatch(model.graph);
  return batch === undefined ? undefined : { model, batch };
}

/** Rows `start` to `end` of `[N, …]`. */
function rows({ type, dims, data }: Tensor, start: number, end: number): Tensor {
  const [, ...rest] = dims;
  const width = sizeOf(rest);
  return { type, dims: [end - start, ...rest], data: data.slice(start * width, end * width) as Tensor['data'] };
}

const leading = (graph: Graph): unknown[] =>
  [...graph.inputs, ...graph.outputs].map(({ type }) => (type.kind === 'tensor' ? type.dims?.[0] : undefined));

for (const name of goldenNames()) {
  const original = prepared(name);
  if (original === undefined) continue;
  it(`${name}, exported for ${original.batch} samples, gives the same for 1 and 3`, async () => {
    const { model, freed, reason } = freeBatch(original.model);
    expect({ freed, reason }).toEqual({ freed: true, reason: undefined });
    expect(new Set(leading(model.graph))).toEqual(new Set(['batch']));
    const inputs = goldenInputs(readGolden(name));
    const whole = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, rows(value, 0, original.batch)]));
    const expected = await runOnnx(original.model, whole);
    for (const [start, end] of [
      [0, original.batch],
      [1, 2],
      [1, 4],
    ] as const) {
      const part = await runOnnx(model, Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, rows(value, start, end)])));
      for (const [output, value] of Object.entries(expected)) expectClose(part[output] as Tensor, rows(value, start, end));
    }
  });
}

function expectClose(actual: Tensor, expected: Tensor): void {
  expect(actual.dims).toEqual(expected.dims);
  const wanted = toNumbers(expected);
  const scale = 1 + Math.max(...wanted.map(Math.abs));
  const worst = toNumbers(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - (wanted[i] as number))), 0);
  expect(worst / scale).toBeLessThan(ROUNDING);
}
