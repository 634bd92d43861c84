import type { Random } from '../../../src/core/index.js';

/** Changes the bytes of a file, in ways that depend on its format. Gives a new array. */
export type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

export function pick<T>(items: readonly T[], random: Random): T {
  return items[random.integer(items.length)] as T;
}

/** Structure tends to come first in a file. */
const STRUCTURE = 4096;

const ABSURD: readonly number[] = [0, 1, 0x7f, 0x80, 0xff];

function place(bytes: Uint8Array, random: Random): number {
  return random.integer(random.uniform() < 0.6 ? Math.min(STRUCTURE, bytes.byteLength) : bytes.byteLength);
}

function overwrite(bytes: Uint8Array, at: number, content: Iterable<number>): Uint8Array {
  const result = new Uint8Array(bytes);
  let index = at;
  for (const byte of content) if (index < result.byteLength) result[index++] = byte;
  return result;
}

const truncate: Damage = (bytes, random) => bytes.slice(0, place(bytes, random));

const flip: Damage = (bytes, random) => {
  const result = new Uint8Array(bytes);
  const at = place(bytes, random);
  for (let count = 1 + random.integer(4); count > 0; count--) {
    const index = Math.min(at + random.integer(64), result.byteLength - 1);
    result[index] = (result[index] ?? 0) ^ (1 << random.integer(8));
  }
  return result;
};

const noise: Damage = (bytes, random) =>
  overwrite(
    bytes,
    place(bytes, random),
    Array.from({ length: 1 + random.integer(16) }, () => random.integer(256)),
  );

/** Sizes and offsets made absurd: a run of one byte where a number may be. */
const absurd: Damage = (bytes, random) => overwrite(bytes, place(bytes, random), new Uint8Array(1 + random.integer(8)).fill(pick(ABSURD, random)));

const remove: Damage = (bytes, random) => {
  const at = place(bytes, random);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(16))]);
};

const insert: Damage = (bytes, random) => {
  const at = place(bytes, random);
  const added = Array.from({ length: 1 + random.integer(16) }, () => random.integer(256));
  return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(added), bytes.subarray(at)]);
};

const double: Damage = (bytes, random) => {
  const at = place(bytes, random);
  return Buffer.concat([bytes.subarray(0, at + 1 + random.integer(256)), bytes.subarray(at)]);
};

/** A run of the file written over another place of it. */
const transplant: Damage = (bytes, random) => {
  const from = place(bytes, random);
  return overwrite(bytes, place(bytes, random), bytes.subarray(from, from + 1 + random.integer(64)));
};

const kinds: readonly Damage[] = [truncate, flip, noise, absurd, remove, insert, double, transplant];

/** Damage of the kinds that happen to any file. */
export const damageBytes: Damage = (bytes, random) =>
  bytes.byteLength === 0 ? Uint8Array.of(random.integer(256)) : pick(kinds, random)(bytes, random);
