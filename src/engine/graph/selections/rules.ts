import { sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { BROADCASTING, ELEMENTWISE } from '../elementwise.js';
import type { Node } from '../model.js';
import type { Selection } from './selection.js';

/** A node of which only a part of the result is read. */
export interface Hoisting {
  readonly node: Node;
  /** What is read of the result. */
  readonly selection: Selection;
  /** Dimensions of the whole result. */
  readonly dims: readonly number[];
  /** Dimensions of whole input `index`, `undefined` where it is left out. */
  input(index: number): readonly number[] | undefined;
}

/** What a node needs of its inputs: a part, or (`undefined`) all. */
export type HoistRule = (h: Hoisting) => readonly (Selection | undefined)[] | undefined;

const unary: HoistRule = ({ selection }) => [selection];

/** Inputs align at their last axes; an axis of 1 is repeated and stays. */
function aligned({ selection, dims, input }: Hoisting, index: number): Selection | undefined {
  const own = input(index) ?? [];
  const axis = selection.axis - dims.length + own.length;
  return axis < 0 || own[axis] === 1 ? undefined : { ...selection, axis };
}

const broadcasting: HoistRule = (h) => h.node.inputs.map((_, index) => aligned(h, index));

/** Each position of the axes before `axis` is computed by itself. */
const before: HoistRule = ({ node, selection, dims }) => (selection.axis < positive(attribute.int(node, 'axis', -1), dims) ? [selection] : undefined);

const beside: HoistRule = ({ node, selection, dims }) =>
  selection.axis !== positive(attribute.int(node, 'axis', -1), dims) ? [selection] : undefined;

function positive(axis: number, { length }: readonly number[]): number {
  return axis < 0 ? axis + length : axis;
}

/** Rows of the result are rows of the left operand. */
const matMul: HoistRule = (h) => {
  const { selection, dims, input } = h;
  const [left = [], right = []] = [input(0), input(1)];
  if (left.length < 2 || right.length < 2) return undefined;
  const last = dims.length - 1;
  if (selection.axis === last) return undefined;
  return selection.axis === last - 1 ? [{ ...selection, axis: left.length - 2 }] : [aligned(h, 0), aligned(h, 1)];
};

const gemm: HoistRule = (h) =>
  h.selection.axis === 0 ? [{ ...h.selection, axis: attribute.int(h.node, 'transA', 0) === 1 ? 1 : 0 }, undefined, aligned(h, 2)] : undefined;

const transpose: HoistRule = ({ node, selection, dims }) => {
  const axis = attribute.ints(node, 'perm')?.[selection.axis] ?? dims.length - 1 - selection.axis;
  return [{ ...selection, axis }];
};

/** The axis of the input that the axis of the result is. */
const reshape: HoistRule = ({ selection, dims, input }) => {
  const own = input(0) ?? [];
  const lead = sizeOf(dims.slice(0, selection.axis));
  const axis = own.findIndex((dim, i) => dim === dims[selection.axis] && sizeOf(own.slice(0, i)) === lead);
  return axis < 0 ? undefined : [{ ...selection, axis }];
};

const concat: HoistRule = ({ node, selection, dims }) =>
  selection.axis === positive(attribute.int(node, 'axis', 0), dims) ? undefined : node.inputs.map(() => selection);

/** One row an op that can be computed for a part of its result alone. */
export const hoistRules: Readonly<Record<string, HoistRule>> = {
  ...Object.fromEntries([...BROADCASTING].map((op) => [op, broadcasting])),
  ...Object.fromEntries([...ELEMENTWISE].map((op) => [op, unary])),
  Concat: concat,
  Gemm: gemm,
  LayerNormalization: before,
  LogSoftmax: beside,
  MatMul: matMul,
  RMSNormalization: before,
  Reshape: reshape,
  Softmax: beside,
  Squeeze: reshape,
  Transpose: transpose,
  Unsqueeze: reshape,
};

/** What a Gather of one position, or a Slice of neighbours, reads of its input; `undefined` for other nodes. */
export function selectionOf(node: Node, dims: readonly number[], constant: (name: string) => Tensor | undefined): Selection | undefined {
  const numbers = (index: number): readonly number[] | undefined => {
    const tensor = constant(node.inputs[index] ?? '');
    return tensor && toNumbers(tensor);
  };
  const made = node.op === 'Gather' ? ofGather(node, numbers(1)) : node.op === 'Slice' ? ofSlice([1, 2, 3, 4].map(numbers)) : undefined;
  if (made === undefined || node.domain !== '') return undefined;
  const axis = positive(made.axis, dims);
  const length = dims[axis] as number;
  const within = (position: number): number => Math.min(Math.max(position < 0 ? position + length : position, 0), length);
  const start = within(made.start);
  const end = node.op === 'Gather' ? start + 1 : within(made.end);
  return end > start && end - start < length ? { axis, start, end } : undefined;
}

function ofGather(node: Node, indices: readonly number[] | undefined): Selection | undefined {
  const [start] = indices ?? [];
  return start === undefined || indices?.length !== 1 ? undefined : { axis: attribute.int(node, 'axis', 0), start, end: start + 1 };
}

function ofSlice([starts, ends, axes, steps]: readonly (readonly number[] | undefined)[]): Selection | undefined {
  const [[start], [end]] = [starts ?? [], ends ?? []];
  if (start === undefined || end === undefined || starts?.length !== 1 || (steps?.[0] ?? 1) !== 1) return undefined;
  return { axis: axes?.[0] ?? 0, start, end };
}
