import { PickleError } from './errors.js';
import type { Machine } from './machine.js';
import { PyDict, PyGlobal, PyList, PyObject, PyTuple } from './values.js';

type Instruction = (machine: Machine) => void;

/** Bytes of an integer at most; PyTorch's own magic number has 10. */
const MOST_INTEGER_BYTES = 256;
const LATEST_PROTOCOL = 5;
const LONGEST_NAME = 1000;

const BYTES = new PyObject('bytes');

/** A little-endian integer in two's complement of any length. */
function integer(bytes: Uint8Array): number | bigint {
  if (bytes.byteLength > MOST_INTEGER_BYTES) throw new PickleError(`its pickle has an integer of ${bytes.byteLength} bytes`);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const value = BigInt.asIntN(8 * bytes.byteLength, BigInt(`0x0${digits.reverse().join('')}`));
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/** Keys and values in turn. What is no dict forgets them. */
function setItems(target: unknown, items: readonly unknown[]): void {
  if (items.length % 2 === 1) throw new PickleError('its pickle has a key without a value');
  if (!(target instanceof PyDict)) return;
  for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
}

function append(target: unknown, items: readonly unknown[]): void {
  if (target instanceof PyList) for (const item of items) target.items.push(item);
}

/** Bytes are never weights here, so they are passed over. */
function pushBytes(machine: Machine, length: number): void {
  machine.cursor.bytes(length);
  machine.push(BYTES);
}

const global = (module: unknown, name: unknown): PyGlobal => {
  if (typeof module !== 'string' || typeof name !== 'string') throw new PickleError('its pickle has a class without a name');
  if (module.length + name.length > LONGEST_NAME)
    throw new PickleError(`its pickle has a class with a name of ${module.length + name.length} characters`);
  return new PyGlobal(`${module}.${name}`);
};

const extension = (index: number): PyGlobal => new PyGlobal(`extension ${index}`);

/** The class comes first. */
function makeObject(machine: Machine, [made, ...args]: readonly unknown[]): void {
  machine.call(made, new PyTuple(args));
}

/**
 * The instructions of protocols 2 to 5, and those of earlier ones that still occur. One row adds one.
 *
 * Source: the documentation of each in Python's module pickletools.
 */
const rows: readonly (readonly [name: string, code: number, Instruction])[] = [
  ['PROTO', 0x80, (m) => checkProtocol(m.cursor.uint8())],
  ['FRAME', 0x95, (m) => void m.cursor.uint64()],
  ['NONE', 0x4e, (m) => m.push(null)],
  ['NEWTRUE', 0x88, (m) => m.push(true)],
  ['NEWFALSE', 0x89, (m) => m.push(false)],
  ['BININT', 0x4a, (m) => m.push(m.cursor.int32())],
  ['BININT1', 0x4b, (m) => m.push(m.cursor.uint8())],
  ['BININT2', 0x4d, (m) => m.push(m.cursor.uint16())],
  ['LONG1', 0x8a, (m) => m.push(integer(m.cursor.bytes(m.cursor.uint8())))],
  ['LONG4', 0x8b, (m) => m.push(integer(m.cursor.bytes(m.cursor.int32())))],
  ['BINFLOAT', 0x47, (m) => m.push(m.cursor.float64())],
  ['SHORT_BINSTRING', 0x55, (m) => m.push(m.cursor.text(m.cursor.uint8()))],
  ['BINSTRING', 0x54, (m) => m.push(m.cursor.text(m.cursor.int32()))],
  ['SHORT_BINUNICODE', 0x8c, (m) => m.push(m.cursor.text(m.cursor.uint8()))],
  ['BINUNICODE', 0x58, (m) => m.push(m.cursor.text(m.cursor.uint32()))],
  ['BINUNICODE8', 0x8d, (m) => m.push(m.cursor.text(m.cursor.uint64()))],
  ['SHORT_BINBYTES', 0x43, (m) => pushBytes(m, m.cursor.uint8())],
  ['BINBYTES', 0x42, (m) => pushBytes(m, m.cursor.uint32())],
  ['BINBYTES8', 0x8e, (m) => pushBytes(m, m.cursor.uint64())],
  ['BYTEARRAY8', 0x96, (m) => pushBytes(m, m.cursor.uint64())],
  ['EMPTY_LIST', 0x5d, (m) => m.push(new PyList())],
  ['APPEND', 0x61, (m) => append(m.stack.at(-2), [m.pop()])],
  ['APPENDS', 0x65, (m) => appendMarked(m)],
  ['LIST', 0x6c, (m) => pushList(m, m.popMarked())],
  ['EMPTY_TUPLE', 0x29, (m) => m.push(new PyTuple([]))],
  ['TUPLE', 0x74, (m) => m.push(new PyTuple(m.popMarked()))],
  ['TUPLE1', 0x85, (m) => m.push(new PyTuple(m.popLast(1)))],
  ['TUPLE2', 0x86, (m) => m.push(new PyTuple(m.popLast(2)))],
  ['TUPLE3', 0x87, (m) => m.push(new PyTuple(m.popLast(3)))],
  ['EMPTY_DICT', 0x7d, (m) => m.push(new PyDict())],
  ['DICT', 0x64, (m) => pushDict(m, m.popMarked())],
  ['SETITEM', 0x73, (m) => setItem(m, m.popLast(2))],
  ['SETITEMS', 0x75, (m) => setMarked(m)],
  ['EMPTY_SET', 0x8f, (m) => m.push(new PyObject('set'))],
  ['ADDITEMS', 0x90, (m) => void m.popMarked()],
  ['FROZENSET', 0x91, (m) => pushFrozenSet(m)],
  ['MARK', 0x28, (m) => m.mark()],
  ['POP', 0x30, (m) => void m.pop()],
  ['POP_MARK', 0x31, (m) => void m.popMarked()],
  ['DUP', 0x32, (m) => m.push(m.top())],
  ['BINPUT', 0x71, (m) => void m.memo.set(m.cursor.uint8(), m.top())],
  ['LONG_BINPUT', 0x72, (m) => void m.memo.set(m.cursor.uint32(), m.top())],
  ['MEMOIZE', 0x94, (m) => void m.memo.set(m.memo.size, m.top())],
  ['BINGET', 0x68, (m) => m.recall(m.cursor.uint8())],
  ['LONG_BINGET', 0x6a, (m) => m.recall(m.cursor.uint32())],
  ['GLOBAL', 0x63, (m) => m.push(global(m.cursor.line(), m.cursor.line()))],
  ['STACK_GLOBAL', 0x93, (m) => pushGlobal(m)],
  ['EXT1', 0x82, (m) => m.push(extension(m.cursor.uint8()))],
  ['EXT2', 0x83, (m) => m.push(extension(m.cursor.uint16()))],
  ['EXT4', 0x84, (m) => m.push(extension(m.cursor.int32()))],
  ['REDUCE', 0x52, (m) => callLast(m)],
  ['NEWOBJ', 0x81, (m) => callLast(m)],
  ['NEWOBJ_EX', 0x92, (m) => callWithNames(m)],
  ['OBJ', 0x6f, (m) => makeObject(m, m.popMarked())],
  ['INST', 0x69, (m) => makeObject(m, [global(m.cursor.line(), m.cursor.line()), ...m.popMarked()])],
  // Attributes: the state of an object, or what an OrderedDict is given beside its entries.
  ['BUILD', 0x62, (m) => void m.popLast(1)],
  ['BINPERSID', 0x51, (m) => m.push(m.meaning.persistent(m.pop()))],
];

/** By the byte that stands for it. */
export const instructions: ReadonlyMap<number, Instruction> = new Map(rows.map(([, code, run]) => [code, run]));

function checkProtocol(protocol: number): void {
  if (protocol > LATEST_PROTOCOL) throw new PickleError(`its pickle is of protocol ${protocol}, later than ${LATEST_PROTOCOL}`);
}

function appendMarked(machine: Machine): void {
  const items = machine.popMarked();
  append(machine.top(), items);
}

function setMarked(machine: Machine): void {
  const items = machine.popMarked();
  setItems(machine.top(), items);
}

function setItem(machine: Machine, items: readonly unknown[]): void {
  setItems(machine.top(), items);
}

function pushList(machine: Machine, items: readonly unknown[]): void {
  const list = new PyList();
  append(list, items);
  machine.push(list);
}

function pushDict(machine: Machine, items: readonly unknown[]): void {
  const dict = new PyDict();
  setItems(dict, items);
  machine.push(dict);
}

function pushFrozenSet(machine: Machine): void {
  machine.popMarked();
  machine.push(new PyObject('frozenset'));
}

function pushGlobal(machine: Machine): void {
  const [module, name] = machine.popLast(2);
  machine.push(global(module, name));
}

function callLast(machine: Machine): void {
  const [callable, args] = machine.popLast(2);
  machine.call(callable, args);
}

function callWithNames(machine: Machine): void {
  const [made, args] = machine.popLast(3);
  machine.call(made, args);
}
