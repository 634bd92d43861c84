import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';

/** A field of a message by wire format: a varint, 4 or 8 bytes, or a length and so many bytes. */
interface Field {
  readonly number: bigint;
  readonly wire: bigint;
  readonly value: bigint;
  readonly bytes: Uint8Array;
}

const [VARINT, FIXED64, DELIMITED, FIXED32] = [0n, 1n, 2n, 5n];
const NONE = new Uint8Array();

/** Counts, sizes, dimensions and element types that no writer writes. */
const ABSURD: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 7n, 16n, 127n, 1000n, 65535n, 1_000_000n, 1_000_000_000n],
  ...[2n ** 31n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 40n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 64n - 1000n],
];

/** Payloads beyond this are weights. */
const LONGEST = 65536;

function readVarint(bytes: Uint8Array, at: number): readonly [value: bigint, end: number] | undefined {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
  return undefined;
}

function varint(value: bigint): number[] {
  const result: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) result.push(Number(rest & 0x7fn) | 0x80);
  return [...result, Number(rest)];
}

/** The fields of a message; `undefined` where the bytes are none. */
function parse(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.byteLength; ) {
    const tag = readVarint(bytes, at);
    if (!tag || tag[0] >> 3n === 0n) return undefined;
    const [number, wire] = [tag[0] >> 3n, tag[0] & 7n];
    const head = wire === VARINT || wire === DELIMITED ? readVarint(bytes, tag[1]) : ([0n, tag[1]] as const);
    const width = wire === DELIMITED ? Number(head?.[0]) : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : 0;
    if (!head || (wire !== VARINT && width === 0 && wire !== DELIMITED) || head[1] + width > bytes.byteLength) return undefined;
    fields.push({ number, wire, value: head[0], bytes: bytes.subarray(head[1], head[1] + width) });
    at = head[1] + width;
  }
  return fields;
}

function encode(fields: readonly Field[]): Uint8Array {
  return Buffer.concat(
    fields.flatMap(({ number, wire, value, bytes }) => {
      const length = wire === VARINT ? varint(value) : wire === DELIMITED ? varint(BigInt(bytes.byteLength)) : [];
      return [Uint8Array.from([...varint((number << 3n) | wire), ...length]), bytes];
    }),
  );
}

function withBytes(field: Field, bytes: Uint8Array): Field {
  return { ...field, wire: DELIMITED, bytes };
}

/** The field inside itself, many levels deep: more than a reader that calls itself has stack for. */
function nested(field: Field, random: Random): Field {
  let inner = field;
  for (let depth = pick([2, 100, 3000], random); depth > 0; depth--) inner = withBytes(field, encode([inner]));
  return inner;
}

type Edit = (fields: readonly Field[], at: number, random: Random) => readonly Field[];

/** What happens to a field of any type. */
const edits: readonly Edit[] = [
  (fields, at) => fields.toSpliced(at, 1),
  (fields, at, random) => fields.toSpliced(at, 0, ...new Array<Field>(pick([1, 1, 3, 50], random)).fill(fields[at] as Field)),
  (fields, at, random) => {
    const other = random.integer(fields.length);
    return fields.with(at, fields[other] as Field).with(other, fields[at] as Field);
  },
  (fields, at, random) => fields.with(at, { ...(fields[at] as Field), number: BigInt(1 + random.integer(20)) }),
  // A name, a type or a shape that another field has.
  (fields, at, random) => {
    const field = fields[at] as Field;
    const alike = fields.filter((other) => other.number === field.number);
    const other = pick(random.uniform() < 0.6 ? alike : fields, random);
    return fields.with(at, { ...other, number: field.number });
  },
  (fields, at, random) => fields.with(at, nested(fields[at] as Field, random)),
];

/** Whether the bytes may be a short list of numbers: shapes, counts and limits of loops are stored as constants. */
function isNumbers(bytes: Uint8Array): boolean {
  return bytes.byteLength > 0 && bytes.byteLength <= 64 && bytes.byteLength % 4 === 0;
}

function withAbsurdNumber(bytes: Uint8Array, random: Random): Uint8Array {
  const result = Uint8Array.from(bytes);
  const view = new DataView(result.buffer);
  const number = pick(ABSURD, random);
  const isWide = bytes.byteLength % 8 === 0 && random.uniform() < 0.5;
  if (isWide) view.setBigUint64(random.integer(bytes.byteLength / 8) * 8, BigInt.asUintN(64, number), true);
  else view.setUint32(random.integer(bytes.byteLength / 4) * 4, Number(BigInt.asUintN(32, number)), true);
  return result;
}

function damageField(field: Field, random: Random): Field {
  if (field.wire === VARINT) return { ...field, value: random.uniform() < 0.5 ? pick(ABSURD, random) : field.value + pick([-1n, 1n, 8n], random) };
  if (field.wire !== DELIMITED)
    return { ...field, bytes: Uint8Array.from(field.bytes, () => pick([0, 0x7f, 0x80, 0xff, random.integer(256)], random)) };
  const kind = random.uniform();
  if (kind < 0.4 && isNumbers(field.bytes)) return withBytes(field, withAbsurdNumber(field.bytes, random));
  if (kind < 0.2) return withBytes(field, NONE);
  if (kind < 0.5) return withBytes(field, Uint8Array.from(Array.from({ length: 1 + random.integer(4) }, () => varint(pick(ABSURD, random))).flat()));
  return withBytes(field, damageBytes(field.bytes, random));
}

/** Names that an object has before anything is put into it. */
const FOREIGN: readonly Uint8Array[] = ['constructor', '__proto__', 'toString'].map((name) => Buffer.from(name));

/** Names of a file, to put in each other's place: edges of the graph that lead elsewhere, functions that call themselves, ops that take other inputs. */
function namesIn(fields: readonly Field[], names: Uint8Array[]): void {
  for (const { wire, bytes } of fields) {
    if (wire !== DELIMITED || bytes.byteLength === 0 || bytes.byteLength > LONGEST || names.length > 3000) continue;
    const inner = parse(bytes);
    if (bytes.byteLength < 64 && bytes.every((byte) => byte > 32 && byte < 127)) names.push(bytes);
    else if (inner) namesIn(inner, names);
  }
}

function damageMessage(bytes: Uint8Array, names: readonly Uint8Array[], random: Random): Uint8Array {
  const fields = parse(bytes);
  if (!fields || fields.length === 0) return damageBytes(bytes, random);
  const at = random.integer(fields.length);
  const field = fields[at] as Field;
  const isText = field.wire === DELIMITED && field.bytes.every((byte) => byte > 31 && byte < 127);
  const inner = field.wire === DELIMITED && field.bytes.byteLength > 0 && field.bytes.byteLength < LONGEST * 16 && parse(field.bytes);
  if (isText && names.length > 0 && random.uniform() < 0.85) return encode(fields.with(at, withBytes(field, pick(names, random))));
  if (inner && !isText && random.uniform() < 0.92) return encode(fields.with(at, withBytes(field, damageMessage(field.bytes, names, random))));
  if (random.uniform() < 0.5) return encode(fields.with(at, damageField(field, random)));
  return encode(pick(edits, random)(fields, at, random));
}

/** A protobuf message, whatever its schema, with one field changed somewhere in it. */
export const damageProtobuf: Damage = (bytes, random) => {
  const names = [...FOREIGN];
  namesIn(parse(bytes) ?? [], names);
  let result = bytes;
  for (let count = 1 + random.integer(3); count > 0; count--) result = damageMessage(result, names, random);
  return result;
};
