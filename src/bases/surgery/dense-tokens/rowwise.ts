import { BROADCASTING, ELEMENTWISE, type Graph, type Node, type TensorType } from '../../../engine/graph/index.js';

type Types = ReadonlyMap<string, TensorType>;

/** Ops that move whole rows or compute within them, as long as the axis of rows is there before and after. */
const WITHIN = /^(Concat|Unsqueeze|Squeeze|Transpose|Reduce\w+|Slice|Split|Dropout)$/;
/** Ops along one axis, which must not be that of rows. */
const ALONG_AXIS = /^(Softmax|LogSoftmax|LayerNormalization)$/;

/**
 * Whether all that is computed from `rows` until it is in `ends` treats each row by itself, so that rows that are not needed change nothing in
 * the others.
 * @param count how many rows there are: no other dimension is as large in these types
 */
export function isRowwise(graph: Graph, types: Types, rows: Iterable<string>, ends: ReadonlySet<string>, count: number): boolean {
  const reached = new Set(rows);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const axisOf = (name: string): number => (reached.has(name) ? (types.get(name)?.dims.indexOf(count) ?? -1) : -1);
  if ([...reached].some((name) => axisOf(name) < 0)) return false;
  for (const node of graph.nodes) {
    if (node.op === 'Shape' || node.outputs.some((name) => ends.has(name)) || !node.inputs.some((name) => reached.has(name))) continue;
    for (const name of node.outputs) reached.add(name);
    if (!keepsRows(node, types, axisOf) || node.outputs.some((name) => outputs.has(name))) return false;
  }
  return true;
}

function keepsRows(node: Node, types: Types, axisOf: (name: string) => number): boolean {
  const { op, inputs, outputs } = node;
  const dims = (name: string): readonly number[] => types.get(name)?.dims ?? [];
  const [first = '', second = ''] = inputs;
  const axis = axisOf(first);
  const after = outputs.filter((name) => name !== '').map(axisOf);
  if (after.some((place) => place < 0)) return false;
  if (ELEMENTWISE.has(op) || WITHIN.test(op)) return true;
  if (BROADCASTING.has(op)) {
    const fromEnd = (name: string): number => dims(name).length - axisOf(name);
    return inputs.every((name) => axisOf(name) < 0 || fromEnd(name) === fromEnd(outputs[0] as string));
  }
  if (ALONG_AXIS.test(op)) return axis < dims(first).length - 1 && isLast(node, dims(first).length);
  if (op === 'MatMul' || op === 'Gemm')
    return axis === dims(first).length - 2 && axisOf(second) < 0 && after[0] === dims(outputs[0] as string).length - 2;
  if (op === 'Reshape') return before(dims(first), axis) === before(dims(outputs[0] as string), after[0] as number);
  // A table is read in each row.
  return op === 'Gather' && axis < 0;
}

function isLast({ attributes }: Node, rank: number): boolean {
  const { axis } = attributes;
  return axis === undefined || (axis.kind === 'int' && [-1, rank - 1].includes(Number(axis.value)));
}

function before(dims: readonly number[], axis: number): number {
  return dims.slice(0, axis).reduce((product, dim) => product * dim, 1);
}
