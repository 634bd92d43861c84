import { type DataType, fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import type { Model } from '../../src/engine/graph/index.js';
import { runOnnx } from './ort.js';

/** What Keras computed with a model, as bench/oracles/keras_layers.py writes it. */
export interface KerasCase {
  readonly inputs: readonly { readonly stream: string; readonly type: DataType; readonly shape: readonly number[]; readonly high: number }[];
  readonly outputs: readonly { readonly shape: readonly number[]; readonly values: readonly number[] }[];
}

export interface KerasGolden<T extends KerasCase = KerasCase> {
  readonly seed: number;
  readonly cases: Readonly<Record<string, T>>;
}

/** The largest difference between what Keras and ONNX Runtime compute; NaN where shapes differ. */
export async function differenceFromKeras(model: Model, golden: KerasCase, seed: number): Promise<number> {
  const results = await runOnnx(model, kerasInputs(model, golden, seed));
  const differences = golden.outputs.map(({ shape, values }, i) => {
    const found = results[model.graph.outputs[i]?.name ?? ''];
    if (found?.dims.join() !== shape.join()) return Number.NaN;
    const numbers = toNumbers(found);
    return Math.max(...values.map((value, k) => Math.abs(value - (numbers[k] ?? Number.NaN))));
  });
  return Math.max(...differences);
}

/** The oracle's inputs by name; images channels first, as the graph takes them. */
export function kerasInputs(model: Model, { inputs }: KerasCase, seed: number): Record<string, Tensor> {
  const tensors = inputs.map(({ stream, type, shape, high }) => {
    const random = new Random(seed, stream);
    const numbers = Array.from({ length: sizeOf(shape) }, () => random.uniform(0, high));
    return channelsFirst(fromNumbers(type, shape, type === 'int32' ? numbers.map(Math.floor) : numbers));
  });
  return Object.fromEntries(model.graph.inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
}

function channelsFirst(tensor: Tensor): Tensor {
  const [rows = 1, height = 1, width = 1, channels = 1] = tensor.dims;
  if (tensor.dims.length !== 4) return tensor;
  const numbers = toNumbers(tensor);
  const area = height * width;
  const turned = numbers.map((_, i) => {
    const [row, rest] = [Math.floor(i / (area * channels)), i % (area * channels)];
    return numbers[(row * area + (rest % area)) * channels + Math.floor(rest / area)] ?? 0;
  });
  return fromNumbers(tensor.type, [rows, channels, height, width], turned);
}
