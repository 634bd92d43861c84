import type { OpConverter, OpConverters, OpScope, TensorList } from '../scope.js';

/** Lists are kept while the model is converted: loops are written out, so that every index is known. */
function listOf(items: readonly (string | undefined)[]): TensorList {
  return { items };
}

/** Items of a list at most: no loop that is written out takes more steps. */
const MOST_ITEMS = 2000;

function empty(op: OpScope, size: number): TensorList {
  return listOf(new Array<undefined>(checkedSize(op, size)).fill(undefined));
}

function checkedSize(op: OpScope, size: number): number {
  return Number.isInteger(size) && size >= 0 && size <= MOST_ITEMS
    ? size
    : op.refuse(`its list is of ${size} items; at most ${MOST_ITEMS} can be converted`);
}

/** Place `index` of a list. @throws IMPORT_LOOP */
function place(op: OpScope, index: number): number {
  return op.count(index);
}

function itemAt(op: OpScope, list: TensorList, at: number): string {
  return list.items[at] ?? op.refuse(`item ${at} of its list was never written`);
}

function written(op: OpScope, list: TensorList, at: number, value: string): TensorList {
  if (at < 0 || at > list.items.length) op.refuse(`it writes item ${at} of a list of ${list.items.length}`);
  const items = [...list.items];
  items[at] = value;
  return listOf(items);
}

/** The rows of a tensor as a list. @throws IMPORT_LOOP where their number is not fixed */
function unstacked(op: OpScope, value: string): TensorList {
  const rows = checkedSize(op, op.fixedSize(value, 0) ?? op.refuseLoop());
  return listOf(
    Array.from({ length: rows }, (_, row) => {
      const sliced = op.emit('Slice', [value, op.ints([row]), op.ints([row + 1]), op.ints([0])]);
      return op.squeeze(sliced, [0]);
    }),
  );
}

function stacked(op: OpScope, list: TensorList): string {
  const rows = list.items.map((_, at) => op.unsqueeze(itemAt(op, list, at), [0]));
  if (rows.length === 0) op.refuse('its list is empty');
  return rows.length === 1 ? (rows[0] ?? '') : op.emit('Concat', rows, { axis: 0 });
}

const reserve =
  (size: number): OpConverter =>
  (op) =>
    empty(op, op.count(size));

/** Outputs: a handle and the list, which TensorFlow 1 passes on as the flow of the array. */
const array: OpConverter = (op) => {
  const list = empty(op, op.count(0));
  return [list, list];
};

/** The items that input `indices` names, as one tensor. */
function picked(op: OpScope, list: TensorList, indices: number): string {
  const known = op.knownNumbers(indices);
  if (known) return stacked(op, listOf(known.map((at) => itemAt(op, list, at))));
  return op.emit('Gather', [stacked(op, list), op.input(indices)]);
}

/** Rows of input `value` as the items that input 1 names. */
function scattered(op: OpScope, list: TensorList, value: number): TensorList {
  const places = op.knownNumbers(1) ?? op.refuseLoop();
  return unstacked(op, op.input(value)).items.reduce((result, item, row) => written(op, result, places[row] ?? -1, item ?? ''), list);
}

/** Outputs: the items one behind the other, and how long each is. */
function joined(op: OpScope, list: TensorList): string[] {
  const items = list.items.map((_, at) => itemAt(op, list, at));
  if (items.length === 0) op.refuse('its list is empty');
  const lengths = items.map((item) => op.emit('Slice', [op.emit('Shape', [item]), op.ints([0]), op.ints([1])]));
  return [op.emit('Concat', items, { axis: 0 }), op.emit('Concat', lengths, { axis: 0 })];
}

/** Outputs: the list without its last item, and that item. */
const popped: OpConverter = (op) => {
  const list = op.list(0);
  return [listOf(list.items.slice(0, -1)), itemAt(op, list, list.items.length - 1)];
};

export const listOps: OpConverters = {
  EmptyTensorList: () => listOf([]),
  TensorArrayConcatV3: (op) => joined(op, op.list(1)),
  TensorArrayGatherV3: (op) => picked(op, op.list(2), 1),
  TensorArrayReadV3: (op) => itemAt(op, op.list(2), place(op, 1)),
  TensorArrayScatterV3: (op) => scattered(op, op.list(3), 2),
  TensorArraySizeV3: (op) => op.scalar(op.list(1).items.length, 'int32'),
  TensorArrayV3: array,
  TensorArrayWriteV3: (op) => written(op, op.list(3), place(op, 1), op.input(2)),
  TensorListConcatV2: (op) => joined(op, op.list(0)),
  TensorListFromTensor: (op) => unstacked(op, op.input(0)),
  TensorListGather: (op) => picked(op, op.list(0), 1),
  TensorListGetItem: (op) => itemAt(op, op.list(0), place(op, 1)),
  TensorListLength: (op) => op.scalar(op.list(0).items.length, 'int32'),
  TensorListPopBack: popped,
  TensorListPushBack: (op) => listOf([...op.list(0).items, op.input(1)]),
  TensorListReserve: reserve(1),
  TensorListSetItem: (op) => written(op, op.list(0), place(op, 1), op.input(2)),
  TensorListStack: (op) => stacked(op, op.list(0)),
};
