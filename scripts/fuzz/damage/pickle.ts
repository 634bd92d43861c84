import { type Damage, damageBytes, pick } from './bytes.js';

/** Instructions with their arguments: of the stack, of the memory, calls, numbers that are absurd as sizes, strides and offsets. */
const INSTRUCTIONS: readonly string[] = [
  ...[
    '0',
    '1',
    '2',
    '(',
    ')',
    't',
    'R',
    'b',
    'o',
    'N',
    'a',
    'e',
    's',
    'u',
    'd',
    'l',
    'Q',
    '}',
    ']',
    '.',
    '\x81',
    '\x85',
    '\x86',
    '\x87',
    '\x92',
    '\x93',
  ],
  ...['h\0', 'q\0', 'h\x05', '\x94', 'j\xff\xff\xff\xff', 'r\xff\xff\xff\xff'],
  ...[
    'cos\nsystem\n',
    'ccollections\nOrderedDict\n',
    'ctorch\nLongStorage\n',
    'ctorch\nQInt8Storage\n',
    'ctorch._utils\n_rebuild_tensor_v3\n',
    '(ios\nsystem\n',
  ],
  ...[
    'K\0',
    'K\x01',
    'K\xff',
    'M\xff\xff',
    'J\xff\xff\xff\x7f',
    'J\xff\xff\xff\xff',
    'J\0\0\0\x80',
    '\x8a\x07\xff\xff\xff\xff\xff\xff\x0f',
    '\x8a\0',
    'G\x7f\xf8\0\0\0\0\0\0',
  ],
  ...['X\x01\0\0\x000', 'X\0\0\0\0', 'X\xff\xff\xff\xff', '\x8d\xff\xff\xff\xff\xff\xff\xff\x7f', 'B\xff\xff\xff\xff', '\x8b\xff\xff\xff\x7f'],
];

/** Where numbers of one byte stand, of which sizes, strides and offsets are made. */
const SMALL_NUMBER = 0x4b;
const NUMBERS: readonly number[] = [0, 1, 2, 0x7f, 0xff];

/** The pickles come first in a file. */
const PICKLES = 8192;

const insert: Damage = (bytes, random) => {
  const at = random.integer(Math.min(bytes.byteLength, PICKLES));
  const removed = pick([0, 0, 1, 2, 5], random);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(INSTRUCTIONS, random), 'latin1'), bytes.subarray(at + removed)]);
};

const number: Damage = (bytes, random) => {
  const places = [...bytes.subarray(0, PICKLES).keys()].filter((at) => bytes[at] === SMALL_NUMBER);
  if (places.length === 0) return insert(bytes, random);
  const result = new Uint8Array(bytes);
  for (let count = 1 + random.integer(3); count > 0; count--) result[Math.min(pick(places, random) + 1, result.length - 1)] = pick(NUMBERS, random);
  return result;
};

/** A pickle with other numbers or other instructions. */
export const damagePickle: Damage = (bytes, random) =>
  bytes.byteLength === 0 ? damageBytes(bytes, random) : pick([insert, number, number, damageBytes], random)(bytes, random);
