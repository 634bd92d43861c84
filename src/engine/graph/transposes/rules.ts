import { attribute } from '../attributes.js';
import { BROADCASTING, ELEMENTWISE } from '../elementwise.js';
import type { Attributes, Node } from '../model.js';
import { type Permutation, positive, without } from './permutation.js';

/** What a rule has at hand to compute a node before the Transpose of its inputs instead of behind it. */
export interface Sinking {
  readonly node: Node;
  /** The permutation behind input `index`, `undefined` where the input is no Transpose. */
  perm(index: number): Permutation | undefined;
  /** What is transposed there. */
  source(index: number): string;
  /** Input `index` arranged so that transposing it by `perm` gives the input; `undefined` where its rank is not known or too high. */
  before(index: number, perm: Permutation): string | undefined;
  /** The numbers of a constant input. */
  numbers(index: number): readonly number[] | undefined;
  /** A new whole-number constant. */
  ints(values: readonly number[]): string;
  /** Adds a node whose result is used by the one that the rule returns. */
  add(op: string, inputs: readonly string[], attributes: Attributes): string;
}

/** The node on inputs that are not transposed, and the permutation that its results then need. */
export interface Sunk {
  /** Another op than the node's own. */
  readonly op?: string;
  readonly inputs: readonly string[];
  readonly attributes?: Attributes;
  readonly perm: Permutation;
}

/** `undefined` where the node needs its inputs transposed. */
export type SinkRule = (s: Sinking) => Sunk | undefined;

/** Applies to the first input alone; the others are not about its elements. */
const unary: SinkRule = (s) => {
  const perm = s.perm(0);
  return perm && { inputs: [s.source(0), ...s.node.inputs.slice(1)], perm };
};

/** Every input is about the elements. The first transposed one decides. */
const elementwise: SinkRule = (s) => {
  const perm = firstPerm(s);
  const inputs = s.node.inputs.map((_, index) => perm && s.before(index, perm));
  return perm && inputs.every((name) => name !== undefined) ? { inputs, perm } : undefined;
};

function firstPerm(s: Sinking): Permutation | undefined {
  return s.node.inputs.map((_, index) => s.perm(index)).find((perm) => perm !== undefined);
}

/** An attribute `axis` about the dimensions of the first input. */
function alongAxis(rule: SinkRule, otherwise: number): SinkRule {
  return (s) => {
    const sunk = rule(s);
    const axis = sunk && axisBefore(s.node, sunk.perm, otherwise);
    return axis && { ...sunk, attributes: { ...s.node.attributes, axis } };
  };
}

/** `undefined` where the values have no such axis. */
function axisBefore(node: Node, perm: Permutation, otherwise: number): { readonly kind: 'int'; readonly value: number } | undefined {
  const value = perm[positive(attribute.int(node, 'axis', otherwise), perm.length)];
  return value === undefined ? undefined : { kind: 'int', value };
}

/** Where axes of a transposed value were before; `undefined` where it has no such axes. */
function axesBefore(axes: readonly number[] | undefined, perm: Permutation): number[] | undefined {
  const before = axes?.flatMap((axis) => perm[positive(axis, perm.length)] ?? []);
  return before?.length === axes?.length ? before : undefined;
}

/** Axes in input `at`; without `keepdims` they are gone from the result. */
const reduction: SinkRule = (s) => {
  const perm = s.perm(0);
  const axes = perm && axesBefore(s.numbers(1), perm);
  if (!perm || !axes || axes.length === 0) return undefined;
  const keeps = attribute.int(s.node, 'keepdims', 1) === 1;
  return { inputs: [s.source(0), s.ints(axes)], perm: keeps ? perm : without(perm, new Set(axes)) };
};

/** Reductions along one axis in an attribute. */
const extreme: SinkRule = (s) => {
  const perm = s.perm(0);
  const axis = perm && axisBefore(s.node, perm, 0);
  if (!axis) return undefined;
  const keeps = attribute.int(s.node, 'keepdims', 1) === 1;
  return { inputs: [s.source(0)], attributes: { ...s.node.attributes, axis }, perm: keeps ? perm : without(perm, new Set([axis.value])) };
};

const squeeze: SinkRule = (s) => {
  const perm = s.perm(0);
  const axes = perm && axesBefore(s.numbers(1), perm);
  return axes && { inputs: [s.source(0), s.ints(axes)], perm: without(perm, new Set(axes)) };
};

/** The new axes go behind those of the source. */
const unsqueeze: SinkRule = (s) => {
  const perm = s.perm(0);
  const axes = s.numbers(1);
  if (!perm || !axes) return undefined;
  const rank = perm.length + axes.length;
  const added = axes.map((axis) => positive(axis, rank));
  const rest = [...perm];
  const result = Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? perm.length + added.indexOf(axis) : (rest.shift() as number)));
  return { inputs: [s.source(0), s.ints(added.map((_, i) => perm.length + i))], perm: result };
};

/** Numbers in input `at`, `groups` for each axis (befores, then afters). */
function perAxis(at: number, groups: number): SinkRule {
  return (s) => {
    const perm = s.perm(0);
    const numbers = s.numbers(at);
    // Pad may list axes in input 3.
    if (!perm || numbers?.length !== perm.length * groups || (s.node.inputs[3] ?? '') !== '') return undefined;
    const moved = [...numbers];
    for (const [i, axis] of perm.entries()) for (let g = 0; g < groups; g++) moved[g * perm.length + axis] = numbers[g * perm.length + i] as number;
    return { inputs: [s.source(0), ...s.node.inputs.slice(1)].with(at, s.ints(moved)), perm };
  };
}

/** Axes in input 3; all in order where it is left out. */
const slice: SinkRule = (s) => {
  const perm = s.perm(0);
  const [, starts = '', ends = '', axesInput = '', steps] = s.node.inputs;
  const axes = perm && axesBefore(axesInput === '' ? perm.map((_, axis) => axis) : s.numbers(3), perm);
  return axes && { inputs: [s.source(0), starts, ends, s.ints(axes), ...(steps === undefined ? [] : [steps])], perm };
};

/** The sizes of the source, put in the order of the transposed value. */
const shape: SinkRule = (s) => {
  const perm = s.perm(0);
  if (!perm || s.node.attributes['start'] || s.node.attributes['end']) return undefined;
  const sizes = s.add('Shape', [s.source(0)], {});
  return { op: 'Gather', inputs: [sizes, s.ints(perm)], perm: [0] };
};

/** One row an op that can be computed before its inputs are transposed. */
export const sinkRules: Readonly<Record<string, SinkRule>> = {
  ...Object.fromEntries([...BROADCASTING].map((op) => [op, elementwise])),
  ...Object.fromEntries([...ELEMENTWISE].map((op) => [op, unary])),
  ArgMax: extreme,
  ArgMin: extreme,
  Concat: alongAxis(elementwise, 0),
  LogSoftmax: alongAxis(unary, -1),
  Pad: perAxis(1, 2),
  ReduceL2: reduction,
  ReduceMax: reduction,
  ReduceMean: reduction,
  ReduceMin: reduction,
  ReduceProd: reduction,
  ReduceSum: reduction,
  Shape: shape,
  Slice: slice,
  Softmax: alongAxis(unary, -1),
  Split: alongAxis(unary, 0),
  Squeeze: squeeze,
  Tile: perAxis(1, 1),
  Unsqueeze: unsqueeze,
};
