import { zipSync } from 'fflate';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { readWeights, type Weights } from '../../src/bases/importers/state-dict/index.js';

/** Parts of a pickle: text stands for its characters, which are bytes. */
type Part = string | readonly number[];

export function pickleOf(...parts: readonly Part[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
}

/** Four bytes, little-endian. */
export function word(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** The instruction that makes a text, BINUNICODE. */
export function text(value: string): Part {
  return `X${String.fromCharCode(...word(value.length))}${value}`;
}

/** The instructions that make a tensor of storage "0" (float32, `size` elements); all numbers below 2³¹. */
export function tensorPickle(tensor: { size: number; offset?: number; dims: readonly number[]; strides: readonly number[] }): string {
  const int = (value: number): string => `J${String.fromCharCode(...word(value))}`;
  const tuple = (values: readonly number[]): string => `(${values.map(int).join('')}t`;
  const id = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}${int(tensor.size)}tQ`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${id}${int(tensor.offset ?? 0)}${tuple(tensor.dims)}${tuple(tensor.strides)}\x89}tR`;
}

/** An archive as torch.save writes it, around any pickle. */
export function torchZip(pickle: Uint8Array, others: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  const files = { 'data.pkl': pickle, 'data/0': new Uint8Array(16), ...others };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`archive/${name}`, bytes])), { level: 0 });
}

const MAGIC = '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.';

/** The storage "0" of four elements, behind their number. */
const FOUR = Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), new Uint8Array(16)]);

/** A file as torch.save wrote it before 1.6, around any pickle; with the storage "0" where that has one. */
export function torchLegacy(pickle: Uint8Array, storages: Uint8Array = FOUR): Uint8Array {
  const hasStorage = Buffer.from(pickle).includes('FloatStorage');
  const keys = hasStorage ? pickleOf('\x80\x02]', text('0'), 'a.') : pickleOf('\x80\x02].');
  return Buffer.concat([pickleOf(MAGIC, '\x80\x02M\xe9\x03.', '\x80\x02}.'), pickle, keys, storages]);
}

/** The weights in a file of such bytes. */
export function readBytes(bytes: Uint8Array, name = 'weights.pt'): Promise<Weights> {
  return readWeights(memoryFolder({ [name]: bytes }), name);
}
