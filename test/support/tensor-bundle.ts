import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { compress } from 'snappyjs';
import { BundleEntryProtoSchema, BundleHeaderProtoSchema } from '../../src/bases/importers/tensorflow/proto/generated/tensorflow_pb.js';
import { maskedCrc } from '../../src/bases/importers/tensorflow/read/bundle/crc32c.js';

type Entries = readonly (readonly [key: string, value: Uint8Array])[];

/** A table of one block of entries, in the order given; keys are characters of the numbers of their bytes. */
export function tableBytes(entries: Entries, snappy = false): Uint8Array {
  const data = trailed(blockOf(entries), snappy);
  const index = trailed(blockOf([['\xff', handle(0, data.length - 5)]]), false);
  const meta = trailed(blockOf([]), false);
  const handles = [...handle(data.length + index.length, meta.length - 5), ...handle(data.length, index.length - 5)];
  const footer = Uint8Array.of(...handles, ...new Uint8Array(40 - handles.length), 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb);
  return Buffer.concat([data, index, meta, footer]);
}

/** The index file of a checkpoint. */
export function indexBytes(
  entries: Readonly<Record<string, MessageInitShape<typeof BundleEntryProtoSchema>>>,
  endianness = 0,
  snappy = false,
): Uint8Array {
  const header = toBinary(BundleHeaderProtoSchema, create(BundleHeaderProtoSchema, { numShards: 1, endianness }));
  const sorted = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  const encoded = sorted.map(([key, entry]) => [key, toBinary(BundleEntryProtoSchema, create(BundleEntryProtoSchema, entry))] as const);
  return tableBytes([['', header], ...encoded], snappy);
}

/** Entries that share with the one before what they can, restarting once. */
function blockOf(entries: Entries): Uint8Array {
  const bytes: number[] = [];
  let last = '';
  for (const [key, value] of entries) {
    let shared = 0;
    while (shared < last.length && last[shared] === key[shared]) shared++;
    const rest = Array.from(key.slice(shared), (char) => char.charCodeAt(0));
    bytes.push(...varint(shared), ...varint(rest.length), ...varint(value.length), ...rest, ...value);
    last = key;
  }
  return Uint8Array.of(...bytes, 0, 0, 0, 0, 1, 0, 0, 0);
}

function trailed(block: Uint8Array, snappy: boolean): Uint8Array {
  const stored = snappy ? compress(block) : block;
  const type = Uint8Array.of(snappy ? 1 : 0);
  const crc = new Uint8Array(Uint32Array.of(maskedCrc(stored, type)).buffer);
  return Buffer.concat([stored, type, crc]);
}

function handle(offset: number, size: number): Uint8Array {
  return Uint8Array.of(...varint(offset), ...varint(size));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
