import { rowOf } from '../../../core/index.js';
import { attribute, BROADCASTING, ELEMENTWISE, type Node, subgraphs } from '../../../engine/graph/index.js';
import { DATA, LENGTH } from './kinds.js';
import type { Lengths } from './lengths.js';
import { refuseNode } from './refuse.js';
import type { Rows } from './rows.js';
import type { CacheTrial } from './trial.js';

/** Where a node finds what it reads in the new graph. */
export interface Operands {
  readonly trial: CacheTrial;
  readonly lengths: Lengths;
  readonly rows: Rows;
}

/** What a node reads in the new graph. @throws CACHE_NOT_FOUND where it mixes tokens, which a cache cannot follow */
type TokenRule = (o: Operands, node: Node) => readonly string[];

/**
 * The inputs of a node that computes something for each token by itself.
 * @throws CACHE_NOT_FOUND where it does not
 */
export function operandsOf(o: Operands, node: Node): readonly string[] {
  if (subgraphs(node).length > 0) refuseNode(node, 'has a body');
  const rule = rowOf(rules, node.op) ?? (BROADCASTING.has(node.op) ? joined : undefined) ?? (ELEMENTWISE.has(node.op) ? plain : undefined);
  return (rule ?? unknown)(o, node);
}

const unknown: TokenRule = (_, node) => refuseNode(node, 'is not known to treat each token by itself');

/** Parameters and shapes; what follows the length belongs to the new tokens. */
const plain: TokenRule = ({ trial, lengths }, node) =>
  node.inputs.map((name) => {
    if (name === '' || trial.kind(name) & DATA) return name;
    if (trial.kind(name) === LENGTH) return lengths.ofFresh(name);
    return trial.varying(name).length === 0 ? lengths.full(name) : refuseNode(node, `reads "${name}", which follows the length`);
  });

/** Masks and tables lie beside the values that they are joined with: along queries they lose all rows but those of the new tokens. */
const joined: TokenRule = (o, node) => {
  const { trial } = o;
  const data = node.inputs.filter((name) => trial.kind(name) & DATA);
  const rank = trial.short(node.outputs[0] as string).length;
  return node.inputs.map((name) => {
    if (trial.kind(name) & DATA || trial.kind(name) === 0) return name;
    const axes = trial.varying(name).map((axis) => axis - trial.short(name).length);
    const [axis, ...others] = axes.filter((at) => data.some((other) => trial.short(other).length >= -at && trial.isQuery(other, at)));
    if (others.length > 0) refuseNode(node, `has two axes of new tokens in "${name}"`);
    return axis === undefined ? o.lengths.full(name) : o.rows.of(name, { axis, rank });
  });
};

/** The tokens must not lie along an axis. */
function notAlong(axesOf: (o: Operands, node: Node) => readonly number[]): TokenRule {
  return (o, node) => {
    const [data = ''] = node.inputs;
    const across = o.trial.kind(data) & DATA && axesOf(o, node).some((axis) => o.trial.isQuery(data, axis));
    return across ? refuseNode(node, 'works across tokens') : plain(o, node);
  };
}

/** Nor may anything else that follows the length. */
function neverAlong(axesOf: (o: Operands, node: Node) => readonly number[]): TokenRule {
  return (o, node) => {
    const across = node.inputs.some((data) => o.trial.kind(data) & DATA && axesOf(o, node).some((axis) => o.trial.varies(data, axis)));
    return across ? refuseNode(node, 'works across tokens') : plain(o, node);
  };
}

const axisBy =
  (otherwise: number) =>
  (_: Operands, node: Node): readonly number[] => [attribute.int(node, 'axis', otherwise)];

function axesFrom({ trial }: Operands, node: Node): readonly number[] {
  const rank = trial.short(node.inputs[0] as string).length;
  const axis = attribute.int(node, 'axis', -1);
  const first = axis < 0 ? axis + rank : axis;
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** The axes an input names; all where it names none. */
function axesIn(index: number) {
  return ({ trial }: Operands, node: Node): readonly number[] => {
    const name = node.inputs[index] ?? '';
    const rank = trial.short(node.inputs[0] as string).length;
    const all = Array.from({ length: rank }, (_, i) => i);
    return name === '' ? all : (trial.numbers(name) ?? all);
  };
}

/** What is summed over must not follow the length. */
const product: TokenRule = (o, node) => {
  const { trial } = o;
  const [a = '', b = ''] = node.inputs;
  const sums = [
    [a, attribute.int(node, 'transA', 0) === 1 ? -2 : -1],
    [b, attribute.int(node, 'transB', 0) === 1 || trial.short(b).length < 2 ? -1 : -2],
  ] as const;
  const across = sums.some(([name, axis]) => trial.varies(name, axis));
  return across ? refuseNode(node, 'sums over tokens') : plain(o, node);
};

/** Entries of a table by token or place; of data, along another axis than that of tokens. */
const gather: TokenRule = (o, node) => (o.trial.kind(node.inputs[0] as string) & DATA ? neverAlong(axisBy(0))(o, node) : plain(o, node));

/** The elements stay in order, and the tokens where they are among them. */
const reshape: TokenRule = (o, node) => {
  const [data = ''] = node.inputs;
  const [from, to] = [inFront(o.trial, data), inFront(o.trial, node.outputs[0] as string)];
  const keeps = from === undefined || (to !== undefined && from.least <= to.most && to.least <= from.most);
  return keeps ? plain(o, node) : refuseNode(node, 'takes tokens apart');
};

/** How many elements there are in front of the first axis of tokens: of one that is merged, from none to all of what it was merged with. */
function inFront(trial: CacheTrial, name: string): { readonly least: number; readonly most: number } | undefined {
  const dims = trial.short(name);
  const [axis] = trial.varying(name);
  if (axis === undefined) return undefined;
  const least = dims.slice(0, axis).reduce((all, dim) => all * dim, 1);
  return { least, most: least * ((dims[axis] as number) / trial.newTokens) };
}

const reduced = notAlong(axesIn(1));

const rules: Readonly<Record<string, TokenRule>> = {
  MatMul: product,
  Gemm: product,
  Softmax: notAlong(axisBy(-1)),
  LogSoftmax: notAlong(axisBy(-1)),
  LayerNormalization: notAlong(axesFrom),
  RMSNormalization: notAlong(axesFrom),
  ReduceMean: reduced,
  ReduceSum: reduced,
  ReduceMax: reduced,
  ReduceMin: reduced,
  ReduceL2: reduced,
  ReduceSumSquare: reduced,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: plain,
  Unsqueeze: plain,
  Transpose: plain,
  Expand: plain,
  CastLike: plain,
  Gather: gather,
  Concat: neverAlong(axisBy(0)),
  Split: neverAlong(axisBy(0)),
  Slice: neverAlong(axesIn(3)),
};
