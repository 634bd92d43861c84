import { type DataType, fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { runOnnx } from './ort.js';

/** One output as an oracle stored it: every `stride`-th value of it. */
export interface StoredOutput {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stride?: number;
  readonly values: readonly number[];
}

/** What TensorFlow computed with a model, as bench/oracles/tensorflow_saved.py writes it. */
export interface TensorFlowCase {
  readonly entry: string;
  readonly signature?: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly type: DataType;
    readonly shape: readonly number[];
    readonly low: number;
    readonly high: number;
  }[];
  readonly outputs: readonly StoredOutput[];
}

export interface TensorFlowGolden {
  readonly seed: number;
  readonly cases: Readonly<Record<string, TensorFlowCase>>;
}

/** The oracle's inputs by name. */
export function tensorflowInputs({ inputs }: TensorFlowCase, seed: number): Record<string, Tensor> {
  return Object.fromEntries(
    inputs.map(({ name, type, shape, low, high }) => {
      const random = new Random(seed, `input:${name}`);
      const numbers = Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high));
      return [name, fromNumbers(type, shape, type === 'float32' ? numbers : numbers.map(Math.floor))];
    }),
  );
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
    const scale = Math.max(1, ...numbers.map(Math.abs));
    return Math.max(0, ...values.map((value, k) => Math.abs(value - (numbers[k * stride] ?? Number.NaN)))) / scale;
  });
  return Math.max(...differences);
}
