import { sizeOf, type Tensor } from '../../src/core/index.js';
import type { Dataset } from '../../src/learning/data/index.js';

/** A data set of tensors in memory. */
export function tensorData(
  inputs: Readonly<Record<string, Tensor>>,
  labels: readonly number[] | readonly (readonly number[])[],
  classes: number,
): Dataset {
  const classification = typeof labels[0] === 'number';
  return {
    name: 'memory',
    kind: 'tensors',
    size: labels.length,
    target: classification
      ? { kind: 'classes', names: Array.from({ length: classes }, (_, i) => String(i)) }
      : { kind: 'values', names: (labels[0] as number[]).map((_, i) => String(i)) },
    sample: (index) => ({ id: String(index), label: labels[index] as number, location: `memory:${index}` }),
    load: async (index) => ({
      kind: 'tensors',
      tensors: Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, readRow(tensor, index)])),
    }),
    bytes: async () => new Uint8Array(),
    close: async () => {},
  };
}

/** Row `index` of `[N, …]`, without the batch axis. */
function readRow({ type, dims, data }: Tensor, index: number): Tensor {
  const rest = dims.slice(1);
  const width = sizeOf(rest);
  return { type, dims: rest, data: data.subarray(index * width, (index + 1) * width) as Tensor['data'] };
}
