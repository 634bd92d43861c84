import { fromBytes, type Tensor } from '../../../../../core/index.js';
import type { HubFolder } from '../../../../hub/index.js';
import { type BundleEntryProto, BundleEntryProtoSchema, BundleHeaderProtoSchema } from '../../proto/generated/tensorflow_pb.js';
import { decode, invalid, type TfFile, unsupported } from '../source.js';
import { checkBytes, readDims } from '../tensors.js';
import { isNumeric, readType } from '../types.js';
import { maskedCrc } from './crc32c.js';
import { Cursor } from './cursor.js';
import { joinSlices, type Slice, sliceDims, sliceKey } from './slices.js';
import { keyOf, readTable } from './table.js';

/**
 * The tensors of a checkpoint: `PREFIX.index` says what they are called and where in `PREFIX.data-00000-of-00001` … they lie.
 * Source: tensorflow/core/util/tensor_bundle/tensor_bundle.h
 */
export class TensorBundle {
  readonly #folder: HubFolder;
  readonly #prefix: string;
  readonly #source: TfFile;
  readonly #entries: ReadonlyMap<string, Uint8Array>;
  readonly #shards = new Map<number, Promise<Uint8Array>>();
  readonly #shardCount: number;

  private constructor(folder: HubFolder, prefix: string, source: TfFile, entries: ReadonlyMap<string, Uint8Array>) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.#source = source;
    this.#entries = entries;
    const header = decode(BundleHeaderProtoSchema, entries.get('') ?? invalid(source, 'it has no header'), source, 'its header');
    if (header.endianness !== 0) unsupported(source, 'a TensorFlow checkpoint of a big-endian machine', 'little-endian checkpoints');
    this.#shardCount = header.numShards;
  }

  /** @throws HUB_FILE_MISSING, IMPORT_FILE_INVALID */
  static async open(folder: HubFolder, prefix: string): Promise<TensorBundle> {
    const source = { uri: folder.source.uri, file: `${prefix}.index`, format: 'a TensorFlow checkpoint' };
    const bytes = await folder.root.read(source.file);
    return new TensorBundle(
      folder,
      prefix,
      source,
      guarded(() => readTable(bytes), source),
    );
  }

  /** Names of all tensors. */
  names(): string[] {
    const names = [...this.#entries.keys()].filter((key) => key !== '' && !key.startsWith('\x00'));
    return names.map((key) => new TextDecoder().decode(Uint8Array.from(key, (char) => char.charCodeAt(0))));
  }

  has(name: string): boolean {
    return this.#entries.has(keyOf(new TextEncoder().encode(name)));
  }

  /** @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED for types that are not numbers, HUB_FILE_MISSING */
  async read(name: string): Promise<Tensor> {
    const entry = this.#entry(keyOf(new TextEncoder().encode(name)), name);
    return entry.slices.length > 0 ? this.#join(entry, name) : this.#tensor(entry, name);
  }

  /** A tensor of one text. Source: WriteStringTensor in tensor_bundle.cc */
  async readText(name: string): Promise<Uint8Array> {
    const entry = this.#entry(keyOf(new TextEncoder().encode(name)), name);
    const bytes = await this.#bytes(entry, name);
    return guarded(() => {
      const cursor = new Cursor(bytes);
      const length = cursor.varint();
      // Between length and text stands the checksum of the length.
      cursor.bytes(4);
      return cursor.bytes(length);
    }, this.#source);
  }

  #entry(key: string, name: string): BundleEntryProto {
    const bytes = this.#entries.get(key) ?? invalid(this.#source, `it holds no "${name}"`);
    return decode(BundleEntryProtoSchema, bytes, this.#source, `its entry "${name}"`);
  }

  async #tensor(entry: BundleEntryProto, name: string): Promise<Tensor> {
    const type = readType(entry.dtype);
    if (!isNumeric(type)) return unsupported(this.#source, `a checkpoint whose variable "${name}" is of the type ${type}`, 'variables of numbers');
    const dims = readDims(entry.shape, name, this.#source);
    checkBytes(type, dims, Number(entry.size), name, this.#source);
    const bytes = await this.#bytes(entry, name);
    if (maskedCrc(bytes) !== entry.crc32c) invalid(this.#source, `the checksum of "${name}" does not fit its bytes`);
    return fromBytes(type, dims, bytes);
  }

  async #join(entry: BundleEntryProto, name: string): Promise<Tensor> {
    const type = readType(entry.dtype);
    if (!isNumeric(type)) return unsupported(this.#source, `a checkpoint whose variable "${name}" is of the type ${type}`, 'variables of numbers');
    const dims = readDims(entry.shape, name, this.#source);
    const parts: { slice: Slice; tensor: Tensor }[] = [];
    for (const { extent } of entry.slices) {
      const slice = extent.map(({ start, length }) => ({ start: Number(start), length: Number(length ?? -1) }));
      const part = this.#entry(sliceKey(name, slice), name);
      const expected = guarded(() => sliceDims(slice, dims), this.#source);
      if (part.dtype !== entry.dtype || readDims(part.shape, name, this.#source).join() !== expected.join()) {
        invalid(this.#source, `a part of "${name}" is of another shape or type than the whole says`);
      }
      parts.push({ slice, tensor: await this.#tensor(part, name) });
    }
    return guarded(() => joinSlices(type, dims, parts), this.#source);
  }

  async #bytes({ shardId, offset, size }: BundleEntryProto, name: string): Promise<Uint8Array> {
    if (shardId < 0 || shardId >= this.#shardCount) invalid(this.#source, `"${name}" lies in file ${shardId} of ${this.#shardCount}`);
    const shard = await this.#shard(shardId);
    const [start, end] = [Number(offset), Number(offset) + Number(size)];
    if (start < 0 || end < start || end > shard.length) invalid(this.#source, `"${name}" ends at byte ${end} of a file of ${shard.length}`);
    return shard.subarray(start, end);
  }

  #shard(number: number): Promise<Uint8Array> {
    const digits = (count: number): string => String(count).padStart(5, '0');
    const shard = this.#shards.get(number) ?? this.#folder.root.read(`${this.#prefix}.data-${digits(number)}-of-${digits(this.#shardCount)}`);
    this.#shards.set(number, shard);
    return shard;
  }
}

/** Makes an error of what reading a file's bytes throws. */
function guarded<T>(read: () => T, source: TfFile): T {
  try {
    return read();
  } catch (cause) {
    return invalid(source, cause instanceof Error ? cause.message : String(cause), cause);
  }
}
