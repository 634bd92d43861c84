import { describe, expect, it } from 'vitest';
import { pickleOf, readBytes, tensorPickle, text, torchLegacy, torchZip, word } from '../../../../test/support/torch-file.js';

/** A valid tensor of the storage of 4 elements. */
const tensor = tensorPickle({ size: 4, dims: [2, 2], strides: [2, 1] });

/** Calls that would run something, each making one value. */
const attacks: Readonly<Record<string, string>> = {
  'REDUCE of a GLOBAL': `cos\nsystem\n(${text('echo pwned')}tR`,
  'REDUCE of a STACK_GLOBAL': `${text('os')}${text('system')}\x93(${text('echo pwned')}tR`,
  'REDUCE of what another call gave': `cbuiltins\ngetattr\n(cos\nsystem\n${text('x')}tR)R`,
  INST: `(${text('echo pwned')}ios\nsystem\n`,
  OBJ: `(cos\nsystem\n${text('echo pwned')}o`,
  NEWOBJ: 'csubprocess\nPopen\n)\x81',
  NEWOBJ_EX: 'csubprocess\nPopen\n)}\x92',
  EXT: '\x82\x01)R\x83\x01\x02)R\x84\x01\x02\x03\x04)R00',
  'BUILD of an object': `cmodels\nNet\n)\x81}${text('__setstate__')}cos\nsystem\nsb`,
  'names that objects have': `cconstructor\nconstructor\n${text('return 1')}\x85R`,
  _load_from_bytes: 'ctorch.storage\n_load_from_bytes\nC\x01x\x85R',
};

describe('pickles that call for more than tensors', () => {
  it.each(Object.entries(attacks))('%s is a name beside the weights, and nothing more', async (_, attack) => {
    for (const file of [torchZip, torchLegacy]) {
      const bytes = file(pickleOf('\x80\x02}(', text('attack'), attack, text('weight'), tensor, 'u.'));
      const { weights, notes } = await readBytes(bytes);
      expect([...weights.keys()]).toEqual(['weight']);
      expect(notes).toEqual(['What lies beside the weights and is no tensor was left out: attack.']);
    }
  });

  it.each(Object.entries(attacks))('%s in the place of the weights is refused', async (_, attack) => {
    await expect(readBytes(torchZip(pickleOf('\x80\x02', attack, '.')))).rejects.toMatchObject({ code: 'IMPORT_NOT_STATE_DICT' });
  });
});

/** Doubled as often as there are levels: each dict holds the one before under two of the keys that are looked into. */
function bomb(levels: number): string {
  const level = (index: number): string =>
    `}(${text('state_dict')}h${String.fromCharCode(index)}${text('model')}h${String.fromCharCode(index)}uq${String.fromCharCode(index + 1)}`;
  return `}q\0${Array.from({ length: levels }, (_, i) => level(i)).join('')}`;
}

const dims = (sizes: readonly number[], strides: readonly number[], offset = 0): string =>
  `}${text('w')}${tensorPickle({ size: 4, offset, dims: sizes, strides })}s`;

describe('pickles made to exhaust or confuse', () => {
  const refused: readonly (readonly [name: string, code: string, reason: string, pickle: Uint8Array])[] = [
    ['tuples doubled by memory', 'IMPORT_NOT_STATE_DICT', 'no dict', pickleOf('\x80\x02)q\0', 'h\0h\0\x86q\0'.repeat(100_000), '.')],
    ['dicts doubled by memory', 'IMPORT_NOT_STATE_DICT', 'without tensors', pickleOf('\x80\x02', bomb(200), '.')],
    ['a dict in itself', 'IMPORT_NOT_STATE_DICT', 'without tensors', pickleOf('\x80\x02}q\0', text('model'), 'h\0s.')],
    [
      'a list in a list, a hundred thousand deep',
      'IMPORT_NOT_STATE_DICT',
      'no dict',
      pickleOf('\x80\x02]', ']'.repeat(100_000), 'a'.repeat(100_000), '.'),
    ],
    ['a hundred thousand open lists', 'IMPORT_FILE_INVALID', 'more values than it has', pickleOf('\x80\x02', '('.repeat(100_000), '.')],
    ['more instructions than any model', 'IMPORT_FILE_INVALID', 'more than 8388608 instructions', pickleOf('\x80\x02', 'N0'.repeat(2 ** 22), '.')],
    [
      'one list copied without end',
      'IMPORT_FILE_INVALID',
      'copies more than',
      pickleOf('\x80\x02](', 'N'.repeat(100_000), 'e\x85q\0', 'ccollections\nOrderedDict\nh\0R'.repeat(100), '.'),
    ],
    ['an integer of a gigabyte', 'IMPORT_FILE_INVALID', 'cut off', pickleOf('\x80\x02\x8b', word(2 ** 30), '.')],
    [
      'an integer of a thousand bytes',
      'IMPORT_FILE_INVALID',
      'an integer of 1000 bytes',
      pickleOf('\x80\x02\x8b', word(1000), 'x'.repeat(1000), '.'),
    ],
    ['a negative length', 'IMPORT_FILE_INVALID', 'negative length', pickleOf('\x80\x02\x8b', word(-1), '.')],
    ['a text of four gigabytes', 'IMPORT_FILE_INVALID', 'cut off', pickleOf('\x80\x02X', word(-1), '.')],
    ['a text of 2⁶³ bytes', 'IMPORT_FILE_INVALID', 'cut off', pickleOf('\x80\x04\x8d', word(0), word(0x7fffffff), '.')],
    ['a class with an endless name', 'IMPORT_FILE_INVALID', 'a name of 100001 characters', pickleOf('\x80\x02c', 'x'.repeat(100_000), '\ny\n.')],
    ['a class without a name', 'IMPORT_FILE_INVALID', 'without a name', pickleOf('\x80\x04NN\x93.')],
    ['memory of nothing', 'IMPORT_FILE_INVALID', 'remembers nothing as 7', pickleOf('\x80\x02h\x07.')],
    ['an empty stack', 'IMPORT_FILE_INVALID', 'more values than it has', pickleOf('\x80\x02R.')],
    ['a later protocol', 'IMPORT_FILE_INVALID', 'of protocol 6', pickleOf('\x80\x06N.')],
    ['an unknown instruction', 'IMPORT_FILE_INVALID', '0xff', pickleOf('\x80\x02\xff.')],
    ['a key without a value', 'IMPORT_FILE_INVALID', 'a key without a value', pickleOf('\x80\x02}(Nu.')],
    [
      'a storage of no type',
      'IMPORT_FILE_INVALID',
      'of the type os.system',
      pickleOf(`\x80\x02(${text('storage')}cos\nsystem\n${text('0')}NK\x04tQ.`),
    ],
    ['another persistent id', 'IMPORT_FILE_INVALID', 'no valid id', pickleOf('\x80\x02NQ.')],
    ['a tensor of 10³⁰ elements', 'IMPORT_FILE_INVALID', 'lies beyond', pickleOf('\x80\x02', dims([1e9, 1e9, 1e9, 1e3], [1, 1, 1, 1]), '.')],
    ['a tensor that repeats one element 10¹⁸ times', 'IMPORT_FILE_INVALID', 'too often', pickleOf('\x80\x02', dims([1e9, 1e9], [0, 0]), '.')],
    ['strides out of the storage', 'IMPORT_FILE_INVALID', 'lies beyond', pickleOf('\x80\x02', dims([2, 2], [3, 1]), '.')],
    ['an offset out of the storage', 'IMPORT_FILE_INVALID', 'lies beyond', pickleOf('\x80\x02', dims([2, 2], [2, 1], 1), '.')],
    ['a negative stride', 'IMPORT_WEIGHT_TYPE', '_rebuild_tensor_v2', pickleOf('\x80\x02', dims([2, 2], [-2, 1], 3), '.')],
    ['fewer strides than dimensions', 'IMPORT_WEIGHT_TYPE', '_rebuild_tensor_v2', pickleOf('\x80\x02', dims([2, 2], [1]), '.')],
  ];

  it.each(refused)('%s: refused with a reason, at once', async (_, code, reason, pickle) => {
    // Both formats read pickles in the same way; the largest would be read several times over in the older one.
    for (const file of pickle.byteLength < 2 ** 20 ? [torchZip(pickle), torchLegacy(pickle)] : [torchZip(pickle)]) {
      const start = process.cpuUsage();
      const error = await readBytes(file).catch((caught: Error) => caught);
      expect(error).toMatchObject({ code, message: expect.stringContaining(reason) });
      const { user, system } = process.cpuUsage(start);
      // A hundredth of it on an idle machine; without its limit, each takes minutes or all memory.
      expect((user + system) / 1e6).toBeLessThan(5);
    }
  });
});
