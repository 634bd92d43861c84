import { allocate, bytesPerElement, sizeOf, type Tensor } from '../../core/index.js';
import type { TensorType } from '../../engine/graph/index.js';
import type { Tensors } from '../../engine/runtime/index.js';

/** Type and shape of one sample of each stored value, without the batch axis. */
export type FeatureLayout = Readonly<Record<string, TensorType>>;

/** What the frozen prefix computed for each sample, by row. */
export interface FeatureStore {
  /** Stores `[N, …]` of each value at the given rows. */
  write(rows: readonly number[], tensors: Tensors): Promise<void>;
  /** `[rows, …]` of each value. */
  read(rows: readonly number[]): Promise<Tensors>;
  close(): Promise<void>;
}

/** Samples of one layout. */
export interface FeatureShape {
  readonly rows: number;
  readonly layout: FeatureLayout;
}

/** Opens a store for the samples of each shape, or `undefined` when they would not fit the budget: then features are computed at every use. */
export type OpenFeatureStore = (shapes: readonly FeatureShape[]) => Promise<readonly FeatureStore[] | undefined>;

/** Bytes that all of it takes. */
export function bytesOfShapes(shapes: readonly FeatureShape[]): number {
  return shapes.reduce((sum, { rows, layout }) => sum + rows * bytesPerRow(layout), 0);
}

/** Bytes one sample takes. */
export function bytesPerRow(layout: FeatureLayout): number {
  return Object.values(layout).reduce((sum, { type, dims }) => sum + sizeOf(dims) * bytesPerElement(type), 0);
}

/** A store in memory, up to `budget` bytes. */
export function memoryFeatures(budget: number): OpenFeatureStore {
  return async (shapes) => (bytesOfShapes(shapes) <= budget ? shapes.map(({ rows, layout }) => new MemoryFeatureStore(rows, layout)) : undefined);
}

class MemoryFeatureStore implements FeatureStore {
  readonly #values: ReadonlyMap<string, { readonly type: TensorType; readonly data: Tensor['data'] }>;

  constructor(rows: number, layout: FeatureLayout) {
    this.#values = new Map(Object.entries(layout).map(([name, type]) => [name, { type, data: allocate(type.type, rows * sizeOf(type.dims)) }]));
  }

  async write(rows: readonly number[], tensors: Tensors): Promise<void> {
    for (const [name, { type, data }] of this.#values) {
      const width = sizeOf(type.dims);
      const source = (tensors[name] as Tensor).data;
      rows.forEach((row, i) => {
        data.set(source.subarray(i * width, (i + 1) * width) as never, row * width);
      });
    }
  }

  async read(rows: readonly number[]): Promise<Tensors> {
    const gather = (type: TensorType, stored: Tensor['data']): Tensor => {
      const width = sizeOf(type.dims);
      const data = allocate(type.type, rows.length * width);
      rows.forEach((row, i) => {
        data.set(stored.subarray(row * width, (row + 1) * width) as never, i * width);
      });
      return { type: type.type, dims: [rows.length, ...type.dims], data };
    };
    return Object.fromEntries([...this.#values].map(([name, { type, data }]) => [name, gather(type, data)]));
  }

  async close(): Promise<void> {}
}
