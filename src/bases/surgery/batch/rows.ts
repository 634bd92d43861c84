import { rowOf, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute, BROADCASTING, ELEMENTWISE, type Node } from '../../../engine/graph/index.js';
import { type BatchPosition, positionAfterReshape } from './position.js';
import type { BatchTrial } from './trial.js';

/**
 * A value that does not depend on the data, with one row at `position` instead of one for each sample; `undefined` where its rows are not all
 * the same. `[B, 16, 32]` becomes `[1, 16, 32]`, a merged `[B·4, 8]` becomes `[4, 8]`.
 */
export function oneRow(trial: BatchTrial, name: string, position: BatchPosition): string | undefined {
  const { axis, outer, inner } = position;
  if (axis < 0 || trial.dims(name)[axis] === 1) return name;
  if (trial.dims(name)[axis] !== outer * trial.batch * inner) return undefined;
  const constant = trial.isComputedFromParameters(name) ? undefined : trial.constant(name);
  if (constant) {
    const row = commonRow(constant, position, trial.batch);
    return row && trial.store(row, `${name}/row`, name);
  }
  const node = trial.producer(name);
  if (!node) return undefined;
  const rule = BROADCASTING.has(node.op) || ELEMENTWISE.has(node.op) ? fromAligned : rowOf(rowRules, node.op);
  return rule?.(trial, node, name, position);
}

/** The part at sample 0, if those of all the others are equal to it. */
function commonRow({ type, dims, data }: Tensor, { axis, outer, inner }: BatchPosition, batch: number): Tensor | undefined {
  const width = inner * sizeOf(dims.slice(axis + 1));
  const blocks = sizeOf(dims.slice(0, axis)) * outer;
  const row = data.slice(0, blocks * width);
  for (let block = 0; block < blocks; block++) {
    const start = block * batch * width;
    for (let i = width; i < batch * width; i++) if (data[start + i] !== data[start + (i % width)]) return undefined;
    row.set(data.subarray(start, start + width) as never, block * width);
  }
  return { type, dims: dims.with(axis, outer * inner), data: row };
}

/** Whole numbers `[B, …]` that are those of sample 0, and for each further sample `steps` more: positions in the data of all samples. */
export interface SteppedRows {
  readonly row: readonly number[];
  readonly steps: readonly number[];
}

/** What the numbers of a constant are made of; with one sample in the file the steps are 0. `undefined` where they have no such steps. */
export function steppedRows(constant: Tensor | undefined, axis: number): SteppedRows | undefined {
  if (constant?.type !== 'int64' || sizeOf(constant.dims.slice(0, axis)) !== 1) return undefined;
  const numbers = toNumbers(constant);
  const width = sizeOf(constant.dims.slice(axis + 1));
  const row = numbers.slice(0, width);
  const steps = row.map((number, i) => (numbers[width + i] ?? number) - number);
  const fits = numbers.every((number, i) => number === (row[i % width] as number) + (steps[i % width] as number) * Math.floor(i / width));
  return fits ? { row, steps } : undefined;
}

type RowRule = (trial: BatchTrial, node: Node, name: string, position: BatchPosition) => string | undefined;

/** The node again, with other inputs; `undefined` when one of them is not to be had. */
function again(trial: BatchTrial, node: Node, name: string, inputs: readonly (string | undefined)[]): string | undefined {
  return inputs.every((input) => input !== undefined) ? trial.repeat(node, inputs, `${name}/row`) : undefined;
}

/** Every input with one row, where broadcasting lines its axis up with that of the output. */
const fromAligned: RowRule = (trial, node, name, position) => {
  const rank = trial.dims(name).length;
  const inputs = node.inputs.map((input) =>
    input === '' ? input : oneRow(trial, input, { ...position, axis: position.axis - rank + trial.dims(input).length }),
  );
  return again(trial, node, name, inputs);
};

/** The first input with one row on the same axis; the others as they are. */
const fromFirst: RowRule = (trial, node, name, position) => {
  const [first = '', ...rest] = node.inputs;
  return again(trial, node, name, [oneRow(trial, first, position), ...rest]);
};

const fromExpand: RowRule = (trial, node, name, position) => {
  const [data = '', shape = ''] = node.inputs;
  const target = trial.fixedNumbers(node, 1);
  const [rank, dataRank] = [trial.dims(name).length, trial.dims(data).length];
  const row = oneRow(trial, data, { ...position, axis: position.axis - rank + dataRank });
  if (row === undefined || target === undefined) return undefined;
  const dims = target.with(position.axis - rank + target.length, position.outer * position.inner);
  return again(trial, node, name, [row, trial.ints(dims, `${shape}/row`)]);
};

/** Repeats of a whole tensor go down to one; `[4, 8]` repeated for each sample is `[B·4, 8]`. */
const fromTile: RowRule = (trial, node, name, { axis, outer }) => {
  const repeats = trial.fixedNumbers(node, 1);
  const count = (repeats?.[axis] ?? 0) / trial.batch;
  if (repeats === undefined || outer !== 1 || !Number.isInteger(count) || count < 1) return undefined;
  return again(trial, node, name, [node.inputs[0], trial.ints(repeats.with(axis, count), `${node.inputs[1]}/row`)]);
};

const fromGather: RowRule = (trial, node, name, position) => {
  const [data = '', indices = ''] = node.inputs;
  const { axis } = position;
  const [rank, count] = [trial.dims(data).length, trial.dims(indices).length];
  const stated = attribute.int(node, 'axis', 0);
  const at = stated < 0 ? stated + rank : stated;
  if (axis >= at && axis < at + count) return again(trial, node, name, [data, oneRow(trial, indices, { ...position, axis: axis - at })]);
  return again(trial, node, name, [oneRow(trial, data, { ...position, axis: axis < at ? axis : axis - count + 1 }), indices]);
};

const fromTranspose: RowRule = (trial, node, name, position) => {
  const axis = attribute.ints(node, 'perm')?.[position.axis] ?? trial.dims(name).length - 1 - position.axis;
  return again(trial, node, name, [oneRow(trial, node.inputs[0] as string, { ...position, axis })]);
};

/** The row before the reshape, in its new shape. */
const fromReshape: RowRule = (trial, { inputs: [input = ''] }, name, position) => {
  const dims = trial.dims(name);
  const source = positionAfterReshape(position, dims, trial.dims(input), trial.batch);
  const row = source && oneRow(trial, input, source);
  const target = dims.with(position.axis, position.outer * position.inner);
  return row && trial.make('Reshape', [row, trial.ints(target, `${name}/row_dims`)], `${name}/row`);
};

const fromConcat: RowRule = (trial, node, name, position) => {
  const stated = attribute.int(node, 'axis', 0);
  if (position.axis === (stated < 0 ? stated + trial.dims(name).length : stated)) return undefined;
  return again(
    trial,
    node,
    name,
    node.inputs.map((input) => oneRow(trial, input, position)),
  );
};

/** What is cut on other axes is cut from the row. */
const fromSlice: RowRule = (trial, node, name, position) => {
  const rank = trial.dims(name).length;
  const starts = trial.fixedNumbers(node, 1);
  const axes = trial.fixedNumbers(node, 3) ?? starts?.map((_, axis) => axis);
  const isCut = axes?.some((axis) => (axis < 0 ? axis + rank : axis) === position.axis) ?? true;
  return isCut ? undefined : fromFirst(trial, node, name, position);
};

/** How the row of a node's output comes from rows of its inputs. */
const rowRules: Readonly<Record<string, RowRule>> = {
  Concat: fromConcat,
  Expand: fromExpand,
  Flatten: fromReshape,
  Gather: fromGather,
  Gemm: (trial, node, name, position) =>
    position.axis === 0 && attribute.int(node, 'transA', 0) === 0 ? fromFirst(trial, node, name, position) : undefined,
  LayerNormalization: (trial, node, name, position) =>
    position.axis < trial.dims(name).length - 1 ? fromFirst(trial, node, name, position) : undefined,
  MatMul: (trial, node, name, position) => (position.axis < trial.dims(name).length - 2 ? fromAligned(trial, node, name, position) : undefined),
  Reshape: fromReshape,
  Slice: fromSlice,
  Squeeze: fromReshape,
  Tile: fromTile,
  Transpose: fromTranspose,
  Unsqueeze: fromReshape,
};
