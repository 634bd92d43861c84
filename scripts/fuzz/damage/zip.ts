import { constants, deflateRawSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';

/** A member of an archive as its headers describe it, which need not be true. */
interface Member {
  readonly name: string;
  readonly method: number;
  readonly data: Uint8Array;
  readonly size: number;
  readonly packed: number;
}

const [STORED, DEFLATED] = [0, 8];

const NAMES: readonly string[] = [
  '../x',
  '/x',
  'C:\\x',
  '..\\x',
  '',
  '__proto__',
  'a/',
  'x'.repeat(60000),
  './config.json',
  'bundle.json',
  'model.onnx',
];

const SIZES: readonly number[] = [0, 1, 2 ** 16, 2 ** 26, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

const METHODS: readonly number[] = [0, 8, 1, 12, 99, 65535];

/** 512 MiB of zeros, packed into half of one. */
function bomb(): Uint8Array {
  const [zeros, blocks] = [new Uint8Array(2 ** 20), 512];
  const block = deflateRawSync(zeros, { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([...new Array<Uint8Array>(blocks).fill(block), Uint8Array.of(3, 0)]);
}

function stored(name: string, data: Uint8Array): Member {
  return { name, method: STORED, data, size: data.byteLength, packed: data.byteLength };
}

function deflated(name: string, data: Uint8Array): Member {
  const packed = deflateRawSync(data);
  return { name, method: DEFLATED, data: packed, size: data.byteLength, packed: packed.byteLength };
}

/** Source: APPNOTE.TXT of PKWARE, 4.3. Checksums are left out, which nobody reads. */
function encode(members: readonly Member[]): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, method, data, size, packed } of members) {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(packed, 14);
    fields.writeUInt32LE(size, 18);
    const text = Buffer.from(name);
    fields.writeUInt16LE(text.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    bodies.push(Buffer.from('PK\x03\x04'), fields, text, Buffer.from(data));
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), fields, place, text);
    offset += 30 + text.length + data.byteLength;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...bodies, central, Buffer.from('PK\x05\x06'), end]);
}

type Edit = (members: readonly Member[], at: number, random: Random) => readonly Member[];

const edits: readonly Edit[] = [
  (members, at, random) => members.with(at, { ...(members[at] as Member), name: pick(NAMES, random) }),
  (members, at, random) => members.with(at, { ...(members[at] as Member), size: pick(SIZES, random) }),
  (members, at, random) => members.with(at, { ...(members[at] as Member), packed: pick(SIZES, random) }),
  (members, at, random) => members.with(at, { ...(members[at] as Member), method: pick(METHODS, random) }),
  (members, at, random) => members.with(at, { ...(members[at] as Member), data: damageBytes((members[at] as Member).data, random) }),
  (members, at) => members.toSpliced(at, 1),
  (members, at) => [...members, members[at] as Member],
  (members, at, random) => [...members, { ...(members[at] as Member), name: pick(NAMES, random) }],
  (members, at) => {
    const data = bomb();
    return members.with(at, { ...(members[at] as Member), method: DEFLATED, data, size: 2 ** 29, packed: data.byteLength });
  },
];

/** A zip archive whose directory lies, or one of whose members is damaged by `inner` and packed anew. */
export const damageZip =
  (inner: (name: string) => Damage): Damage =>
  (bytes, random) => {
    let files: readonly (readonly [string, Uint8Array])[];
    try {
      files = Object.entries(unzipSync(bytes));
    } catch {
      return damageBytes(bytes, random);
    }
    if (files.length === 0) return damageBytes(bytes, random);
    const [target] = pick(files, random);
    const isInner = random.uniform() < 0.75;
    const pack = random.uniform() < 0.5 ? stored : deflated;
    const members = files.map(([name, data]) => pack(name, isInner && name === target ? inner(name)(data, random) : data));
    // The bomb takes long to make and to read, so it comes up rarely.
    const edit = edits[random.integer(edits.length - (random.uniform() < 0.95 ? 1 : 0))] as Edit;
    return encode(isInner ? members : edit(members, random.integer(members.length), random));
  };
