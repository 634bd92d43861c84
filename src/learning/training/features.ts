import { allocate, sizeOf, type Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Device, Tensors } from '../../engine/runtime/index.js';
import type { BatchSource } from './batch-source.js';
import { Predictor } from './predictor.js';

/** Values computed for every readable sample of a data set. */
export interface Features {
  /** `[N, …]` by value name. */
  readonly values: Tensors;
  /** Labels of the same samples. */
  readonly target: Tensor;
  readonly indices: readonly number[];
}

/**
 * The chosen values of a model for all samples of a source, in order, each sample computed once.
 * @param names values of the graph, batch axis first
 * @param onProgress called after each batch; what it throws ends the work
 */
export async function extractFeatures(
  device: Device,
  model: Model,
  names: readonly string[],
  source: BatchSource,
  batchSize: number,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Features> {
  const outputs = names.map((name) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }));
  const predictor = new Predictor(device, { ...model, graph: { ...model.graph, outputs } }, batchSize);
  const parts: Tensors[] = [];
  const targets: Tensor[] = [];
  const indices: number[] = [];
  try {
    for await (const batch of source.epoch({ epoch: 0, shuffle: false, seed: 0, batchSize, start: 0 })) {
      parts.push(await predictor.consume(batch));
      targets.push(batch.target);
      indices.push(...batch.items.map((item) => source.sampleOf(item)));
      onProgress(indices.length, source.size);
    }
  } finally {
    await predictor.release();
  }
  const gather = (name: string): Tensor => concatRows(parts.map((part) => part[name] as Tensor));
  return { values: Object.fromEntries(names.map((name) => [name, gather(name)])), target: concatRows(targets), indices };
}

function concatRows(parts: readonly Tensor[]): Tensor {
  const { type, dims } = parts[0] as Tensor;
  const rows = parts.reduce((sum, part) => sum + (part.dims[0] as number), 0);
  const data = allocate(type, rows * sizeOf(dims.slice(1)));
  let offset = 0;
  for (const part of parts) {
    data.set(part.data as never, offset);
    offset += part.data.length;
  }
  return { type, dims: [rows, ...dims.slice(1)], data };
}
