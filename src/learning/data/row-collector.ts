import { float32, type Tensor } from '../../core/index.js';
import type { Collected, Collector, ItemBatch } from './items.js';

/** Puts the outputs of batches one below the other. */
export function rowCollector(sampleOf: (item: number) => number): Collector {
  const outputs: Float32Array[] = [];
  const targets: Float64Array[] = [];
  const indices: number[] = [];
  return {
    add({ items, target }: Pick<ItemBatch, 'items' | 'target'>, output: Tensor): void {
      outputs.push(Float32Array.from(output.data as Float32Array));
      targets.push(Float64Array.from(target.data as ArrayLike<number | bigint>, Number));
      indices.push(...items.map(sampleOf));
    },
    rows(): ReadonlyMap<number, readonly Float32Array[]> {
      const all = joined(outputs, Float32Array);
      const width = all.length / Math.max(1, indices.length);
      return new Map(indices.map((index, row) => [index, [all.subarray(row * width, (row + 1) * width)]]));
    },
    async finish(): Promise<Collected> {
      const all = joined(outputs, Float32Array);
      return { outputs: all, width: all.length / Math.max(1, indices.length), targets: joined(targets, Float64Array), indices };
    },
  };
}

/** The same where outputs are what a task counted of each sample, against targets that are as large as images and are not kept. */
export function countsCollector(sampleOf: (item: number) => number): Collector {
  const rows = rowCollector(sampleOf);
  const target = float32([0], []);
  return { ...rows, add: ({ items }, output) => rows.add({ items, target }, output) };
}

function joined<T extends Float32Array | Float64Array>(parts: readonly T[], create: new (size: number) => T): T {
  const result = new create(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
