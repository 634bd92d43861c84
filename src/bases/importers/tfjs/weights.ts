import { fail, fromBytes, sizeOf, type Tensor, toFloat32 } from '../../../core/index.js';
import type { WeightEntry, WeightGroup } from './manifest.js';

/**
 * The weights of one group of the manifest: its shards make one run of bytes, in which the weights follow each other.
 * Quantised weights are restored to float32.
 * @throws IMPORT_FILE_INVALID
 */
export function readWeights(group: WeightGroup, shards: readonly Uint8Array[], uri: string): Map<string, Tensor> {
  const bytes = concatenate(shards);
  const weights = new Map<string, Tensor>();
  let offset = 0;
  for (const entry of group.weights) {
    const length = storedLength(entry, uri, group);
    if (offset + length > bytes.byteLength) invalid(group, uri, `it ends before the weight "${entry.name}" does`);
    weights.set(entry.name, restore(entry, bytes.subarray(offset, offset + length)));
    offset += length;
  }
  if (offset !== bytes.byteLength) invalid(group, uri, `it holds ${bytes.byteLength} bytes, but the weights take ${offset}`);
  return weights;
}

function concatenate(shards: readonly Uint8Array[]): Uint8Array {
  const [only] = shards;
  if (only && shards.length === 1) return only;
  const bytes = new Uint8Array(shards.reduce((sum, shard) => sum + shard.byteLength, 0));
  let offset = 0;
  for (const shard of shards) {
    bytes.set(shard, offset);
    offset += shard.byteLength;
  }
  return bytes;
}

const WIDTHS = { uint8: 1, uint16: 2, float16: 2, float32: 4, int32: 4, bool: 1 } as const;

function storedLength(entry: WeightEntry, uri: string, group: WeightGroup): number {
  const type = entry.quantization?.dtype ?? entry.dtype;
  if (type === 'string' || type === 'complex64') return invalid(group, uri, `the weight "${entry.name}" is of type ${type}`);
  return sizeOf(entry.shape) * WIDTHS[type];
}

function restore(entry: WeightEntry, bytes: Uint8Array): Tensor {
  const { quantization, shape } = entry;
  if (!quantization) return entry.dtype === 'float16' ? toFloat32(fromBytes('float16', shape, bytes)) : stored(entry, bytes);
  const packed = fromBytes(quantization.dtype, shape, bytes);
  if (quantization.dtype === 'float16') return toFloat32(packed);
  const data = new Float32Array(packed.data.length);
  for (let i = 0; i < data.length; i++) data[i] = (packed.data[i] as number) * quantization.scale + quantization.min;
  return { type: 'float32', dims: shape, data };
}

function stored(entry: WeightEntry, bytes: Uint8Array): Tensor {
  return fromBytes(entry.dtype === 'int32' || entry.dtype === 'bool' ? entry.dtype : 'float32', entry.shape, bytes);
}

function invalid(group: WeightGroup, uri: string, reason: string): never {
  return fail('IMPORT_FILE_INVALID', { file: group.paths.join(' + '), uri, format: 'TensorFlow.js weights', reason });
}
