import { sizeOf } from '../../core/index.js';
import { attribute } from './attributes.js';
import type { Graph, Node, TensorType } from './model.js';
import { isStandardOp, type StandardOp } from './ops.js';
import { parseEinsum } from './shapes/einsum.js';

/** Arithmetic a node does. */
export interface Work {
  /** Pairs of a multiplication and an addition, as papers count the cost of a network (often called MACs, or just FLOPs). */
  readonly multiplyAdds: number;
  /** Floating-point operations: two for each multiply–add, one for each element of other ops. */
  readonly flops: number;
}

/** Shapes of a node's inputs and outputs. */
interface Shapes {
  readonly node: Node;
  /** Dimensions of input `index`. */
  x(index: number): readonly number[];
  /** Dimensions of the output `index` that is used. */
  y(index: number): readonly number[];
}

type Count = (shapes: Shapes) => number;

/** Each output element sums over a kernel `[M, C/group, k…]`. */
const conv =
  (kernel: number): Count =>
  ({ x, y }) =>
    sizeOf(y(0)) * sizeOf(x(kernel).slice(1));

/** `[…, M, K]` by `[…, K, N]`. */
const matMul: Count = ({ x, y }) => sizeOf(y(0)) * (x(0).at(-1) ?? 1);

/** Queries with keys, then the scores with values: `[N, heads, L, width]` each, or `[N, L, heads · width]`, where several query heads may share a value. */
const attention: Count = ({ node, x }) => {
  const [q, k, v] = [x(0), x(1), x(2)];
  const pairs = (q[0] as number) * (q.at(-2) as number) * (k.at(-2) as number);
  const [width, valueWidth] = [q.at(-1) as number, v.at(-1) as number];
  if (q.length === 4) return pairs * (q[1] as number) * (width + valueWidth);
  const shared = attribute.int(node, 'q_num_heads', 1) / attribute.int(node, 'kv_num_heads', 1);
  return pairs * (width + valueWidth * shared);
};

/** X `[T, N, input]` (or `[N, T, input]`), W `[D, gates·H, input]`, R `[D, gates·H, H]`: at every step both matrices are applied. */
const recurrent: Count = ({ x }) => (x(0)[0] as number) * (x(0)[1] as number) * (sizeOf(x(1)) + sizeOf(x(2)));

/** Every combination of subscripts, once for each product of two operands. */
const einsum: Count = ({ node, x, y }) => {
  const { operands, result } = parseEinsum(node);
  const sizes = new Map<string, number>();
  for (const [index, term] of operands.entries()) {
    for (const [letter, size] of letterSizes(term, x(index))) sizes.set(letter, Math.max(sizes.get(letter) ?? 1, size));
  }
  const summed = [...sizes].filter(([letter]) => !result.includes(letter)).reduce((product, [, size]) => product * size, 1);
  return sizeOf(y(0)) * summed * (operands.length - 1);
};

/** The size of each letter of a term; letters behind an ellipsis count from the end. */
function letterSizes(term: string, dims: readonly number[]): [string, number][] {
  const [before = '', after = ''] = term.split('.');
  return [
    ...[...before].map((letter, i): [string, number] => [letter, dims[i] as number]),
    ...[...after].map((letter, i): [string, number] => [letter, dims[dims.length - after.length + i] as number]),
  ];
}

/** Ops that multiply and add. */
const MULTIPLY_ADDS: Readonly<Partial<Record<StandardOp, Count>>> = {
  Attention: attention,
  Conv: conv(1),
  ConvInteger: conv(1),
  // Each input element is spread over a kernel [C, M/group, k…].
  ConvTranspose: ({ x }) => sizeOf(x(0)) * sizeOf(x(1).slice(1)),
  DeformConv: conv(1),
  Einsum: einsum,
  GRU: recurrent,
  Gemm: ({ node, x, y }) => sizeOf(y(0)) * ((attribute.int(node, 'transA', 0) === 1 ? x(0)[0] : x(0)[1]) ?? 1),
  LSTM: recurrent,
  MatMul: matMul,
  MatMulInteger: matMul,
  QLinearConv: conv(3),
  QLinearMatMul: matMul,
  RNN: recurrent,
};

const perOutput: Count = ({ y }) => sizeOf(y(0));
const perInput: Count = ({ x }) => sizeOf(x(0));
const perWindow: Count = ({ node, y }) => sizeOf(y(0)) * sizeOf(attribute.ints(node, 'kernel_shape') ?? []);
const nothing: Count = () => 0;

/** Ops that cost something else than one operation an output element. */
const OPERATIONS: Readonly<Partial<Record<StandardOp, Count>>> = {
  ...rows(perInput, ['ArgMax', 'ArgMin', 'GlobalAveragePool', 'GlobalLpPool', 'GlobalMaxPool', 'TopK']),
  ...rows(perInput, ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin']),
  ...rows(perInput, ['ReduceProd', 'ReduceSum', 'ReduceSumSquare']),
  ...rows(perWindow, ['AveragePool', 'LpPool', 'MaxPool']),
  ...rows(nothing, ['Cast', 'CastLike', 'CenterCropPad', 'Compress', 'Concat', 'Constant', 'ConstantOfShape', 'DepthToSpace', 'Expand', 'EyeLike']),
  ...rows(nothing, ['Flatten', 'Gather', 'GatherElements', 'GatherND', 'Identity', 'OneHot', 'Pad', 'Range', 'Reshape', 'ReverseSequence']),
  ...rows(nothing, ['ScatterElements', 'ScatterND', 'Shape', 'Size', 'Slice', 'SpaceToDepth', 'Split', 'Squeeze', 'Tile', 'Transpose']),
  ...rows(nothing, ['Trilu', 'Unsqueeze', 'Where']),
};

function rows(count: Count, ops: readonly StandardOp[]): Partial<Record<StandardOp, Count>> {
  return Object.fromEntries(ops.map((op) => [op, count]));
}

/**
 * What a node computes, from the shapes of its values. Moving data costs nothing. The bodies of If, Loop and Scan are not looked into; ops
 * outside the ONNX standard, and those whose shapes are not known, count as nothing.
 */
export function workOf(node: Node, types: ReadonlyMap<string, TensorType>): Work {
  const used = [...node.inputs, ...node.outputs].filter((name) => name !== '');
  if (node.domain !== '' || !isStandardOp(node.op) || !used.every((name) => types.has(name))) return { multiplyAdds: 0, flops: 0 };
  const dimsOf = (name: string | undefined): readonly number[] => types.get(name ?? '')?.dims ?? [];
  const shapes = {
    node,
    x: (index: number) => dimsOf(node.inputs[index]),
    y: (index: number) => dimsOf(node.outputs.filter((name) => name !== '')[index]),
  };
  const isProduct = node.op !== 'Einsum' || node.inputs.length > 1;
  const multiplyAdds = isProduct ? (MULTIPLY_ADDS[node.op]?.(shapes) ?? 0) : 0;
  return multiplyAdds > 0 ? { multiplyAdds, flops: 2 * multiplyAdds } : { multiplyAdds, flops: (OPERATIONS[node.op] ?? perOutput)(shapes) };
}

/** What a whole graph computes. */
export function totalWork(graph: Graph, types: ReadonlyMap<string, TensorType>): Work {
  const all = graph.nodes.map((node) => workOf(node, types));
  return {
    multiplyAdds: all.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    flops: all.reduce((sum, { flops }) => sum + flops, 0),
  };
}
