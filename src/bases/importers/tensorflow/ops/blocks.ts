import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { TO_THE_END } from '../scope.js';
import { convolutionOver } from './convolution.js';

/** Along the axes behind the first, `blocks` elements become as many samples, after padding. */
function spaceToBatch(op: OpScope, blocks: readonly number[], pads: number): string {
  const x = padded(op, blocks.length, pads);
  const axes = blocks.map((_, i) => i);
  const { first, rest } = aroundBlocks(op, x, blocks.length);
  const outer = op.emit('Div', [sizes(op, x, 1, blocks.length + 1), op.ints(blocks)]);
  const pairs = [op.unsqueeze(outer, [1]), op.unsqueeze(op.ints(blocks), [1])];
  const apart = op.emit('Concat', [first, op.emit('Reshape', [op.emit('Concat', pairs, { axis: 1 }), op.ints([-1])]), rest], { axis: 0 });
  const perm = [...axes.map((i) => 2 * i + 2), 0, ...axes.map((i) => 2 * i + 1)];
  const moved = op.transpose(op.emit('Reshape', [x, apart]), followed(perm, rankOf(op, x, blocks.length) + blocks.length));
  return op.emit('Reshape', [moved, op.emit('Concat', [op.ints([-1]), outer, rest], { axis: 0 })]);
}

/** The way back; what was padded is cut off. */
function batchToSpace(op: OpScope, blocks: readonly number[], crops: number): string {
  const x = op.input(0);
  const axes = blocks.map((_, i) => i);
  const { rest } = aroundBlocks(op, x, blocks.length);
  const inner = sizes(op, x, 1, blocks.length + 1);
  const apart = op.emit('Concat', [op.ints(blocks), op.ints([-1]), inner, rest], { axis: 0 });
  const perm = [blocks.length, ...axes.flatMap((i) => [blocks.length + 1 + i, i])];
  const moved = op.transpose(op.emit('Reshape', [x, apart]), followed(perm, rankOf(op, x, blocks.length) + blocks.length));
  const whole = op.emit('Concat', [op.ints([-1]), op.emit('Mul', [inner, op.ints(blocks)]), rest], { axis: 0 });
  return cropped(op, op.emit('Reshape', [moved, whole]), blocks.length, crops);
}

/** Where it is not known, that of images: ONNX Runtime refuses others then. @throws IMPORT_NODE where there are fewer axes than blocks */
function rankOf(op: OpScope, x: string, count: number): number {
  const rank = op.rank(x) ?? count + 2;
  return rank > count ? rank : op.refuse(`its input has ${rank} dimensions, and ${count} behind the first are needed`);
}

/** `perm` of the first axes; those that follow stay. */
function followed(perm: readonly number[], rank: number): number[] {
  return [...perm, ...Array.from({ length: rank - perm.length }, (_, i) => perm.length + i)];
}

function sizes(op: OpScope, x: string, from: number, to: number): string {
  return op.emit('Slice', [op.emit('Shape', [x]), op.ints([from]), op.ints([to])]);
}

function aroundBlocks(op: OpScope, x: string, count: number): { readonly first: string; readonly rest: string } {
  return { first: sizes(op, x, 0, 1), rest: sizes(op, x, count + 1, TO_THE_END) };
}

/** Column 0 (before) or 1 (after) of the rows in input `index`, one row an axis. */
function column(op: OpScope, index: number, at: number): string {
  const rows = op.emit('Reshape', [op.vector(index), op.ints([-1, 2])]);
  return op.emit('Reshape', [op.emit('Slice', [rows, op.ints([at]), op.ints([at + 1]), op.ints([1])]), op.ints([-1])]);
}

function padded(op: OpScope, count: number, pads: number): string {
  const x = op.input(0);
  if (op.knownNumbers(pads)?.every((pad) => pad === 0)) return x;
  const none = op.ints(new Array<number>(rankOf(op, x, count) - count - 1).fill(0));
  const columns = [op.ints([0]), column(op, pads, 0), none, op.ints([0]), column(op, pads, 1), none];
  return op.emit('Pad', [x, op.emit('Concat', columns, { axis: 0 })], { mode: 'constant' });
}

function cropped(op: OpScope, x: string, count: number, crops: number): string {
  if (op.knownNumbers(crops)?.every((crop) => crop === 0)) return x;
  const ends = op.emit('Sub', [sizes(op, x, 1, count + 1), column(op, crops, 1)]);
  return op.emit('Slice', [x, column(op, crops, 0), ends, op.ints(Array.from({ length: count }, (_, i) => i + 1))]);
}

function blocksOf(op: OpScope): number[] {
  return op.numbers(1, 'block_shape');
}

function evenBlocks(op: OpScope): number[] {
  const size = op.int('block_size', 2);
  return [size, size];
}

/**
 * TensorFlow writes a dilated convolution as a plain one over blocks of every n-th pixel: SpaceToBatchND, convolution, BatchToSpaceND. The blocks are the
 * dilation.
 */
const batchToSpaceNd: OpConverter = (op) => {
  const blocks = blocksOf(op);
  const convolution = op.sourceOf(0);
  const before = convolution.source(0)?.op === 'SpaceToBatchND' ? convolution.sourceOf(0) : undefined;
  const isDilated = before && `${before.knownNumbers(1)}` === `${blocks}`;
  const whole = isDilated && blocks.length === 2 && convolutionOver(convolution, padded(before, 2, 2), blocks);
  return whole ? cropped(op, whole, 2, 2) : batchToSpace(op, blocks, 2);
};

export const blockOps: OpConverters = {
  BatchToSpace: (op) => batchToSpace(op, evenBlocks(op), 1),
  BatchToSpaceND: batchToSpaceNd,
  SpaceToBatch: (op) => spaceToBatch(op, evenBlocks(op), 1),
  SpaceToBatchND: (op) => spaceToBatch(op, blocksOf(op), 2),
};
