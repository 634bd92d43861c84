import type { Tensor } from '../../src/core/index.js';
import type { Dataset } from '../../src/learning/data/index.js';
import type { InputSpec, Job, NetworkWork } from '../job.js';
import { core } from './product.js';

/** The inputs of a job, equal to those that bench/networks/data.py makes. */
export function inputsOf({ seed, inputs }: Job<NetworkWork>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(inputs).map(([name, spec]) => [name, draw(seed, `input:${name}`, spec)]));
}

/** A batch as a loader gives it: put together anew. */
export function freshBatch(inputs: readonly (readonly [string, Tensor])[]): Record<string, Tensor> {
  return Object.fromEntries(inputs.map(([name, { type, dims, data }]) => [name, { type, dims, data: data.slice() }]));
}

export function labelsOf(seed: number, rows: number, classes: number): number[] {
  return Array.from(draw(seed, 'labels', { type: 'int64', dims: [rows], low: 0, high: classes }).data, Number);
}

/** One label a pixel, `[N, height, width]`. */
export function pixelLabels(seed: number, rows: number, pixels: readonly [number, number], classes: number): Tensor {
  return draw(seed, 'labels', { type: 'int64', dims: [rows, ...pixels], low: 0, high: classes });
}

function draw(seed: number, stream: string, { type, dims, low, high }: InputSpec): Tensor {
  const random = new core.Random(seed, stream);
  const size = core.sizeOf(dims);
  if (type === 'int64') {
    const values = Array.from({ length: size }, () => BigInt(Math.floor(random.uniform(low, high))));
    return { type, dims, data: BigInt64Array.from(values) };
  }
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = random.uniform(low, high);
  return { type, dims, data: values };
}

/** Shape of one sample by input. */
export function sampleDims(inputs: Readonly<Record<string, InputSpec>>): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { dims }]) => [name, dims.slice(1)]));
}

export function rowsOf(inputs: Readonly<Record<string, InputSpec>>): number {
  return Object.values(inputs)[0]?.dims[0] ?? 0;
}

/** Tensors in memory as a labelled data set. */
export function datasetOf(inputs: Readonly<Record<string, Tensor>>, labels: readonly number[], classes: number): Dataset {
  return {
    name: 'memory',
    kind: 'tensors',
    size: labels.length,
    target: { kind: 'classes', names: Array.from({ length: classes }, (_, i) => String(i)) },
    sample: (index) => ({ id: String(index), label: labels[index], location: `memory:${index}` }),
    load: async (index) => ({
      kind: 'tensors',
      tensors: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, row(tensor, index)])),
    }),
    bytes: async () => new Uint8Array(),
    close: async () => {},
  };
}

function row({ type, dims: [, ...rest], data }: Tensor, index: number): Tensor {
  const width = core.sizeOf(rest);
  return { type, dims: rest, data: data.subarray(index * width, (index + 1) * width) as Tensor['data'] };
}
