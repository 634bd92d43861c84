import { type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { runOnnx } from './ort.js';

/** One output as an oracle stored it: every `stride`-th value of it. */
export interface StoredOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stride?: number;
  readonly values: readonly number[];
}

/**
 * The largest difference between an oracle's outputs and ONNX Runtime's, as a share of the output's largest value where that is above 1; NaN where shapes
 * differ.
 */
export async function differenceFrom(outputs: readonly StoredOutput[], model: Model, inputs: Readonly<Record<string, Tensor>>): Promise<number> {
  const results = await runOnnx(model, inputs);
  const differences = outputs.map(({ name, shape, stride = 1, values }) => {
    const found = results[name];
    if (found?.dims.join() !== shape.join()) return Number.NaN;
    const numbers = toNumbers(found);
    const scale = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    return values.reduce((most, value, k) => Math.max(most, Math.abs(value - (numbers[k * stride] ?? Number.NaN))), 0) / scale;
  });
  return Math.max(...differences);
}
