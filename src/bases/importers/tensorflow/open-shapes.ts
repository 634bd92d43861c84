import { type DataType, toNumbers } from '../../../core/index.js';
import { attribute, elementTypeOf, type Node, type StaticScope, type TensorType } from '../../../engine/graph/index.js';

/** Sizes of a shape, of which some may be {@link OPEN}. */
type Dims = readonly number[];

/** What a rule may ask: the shapes of the inputs, and what is known of their values. */
interface Inputs {
  readonly node: Node;
  dims(index: number): Dims;
  numbers(index: number): Dims | undefined;
}

type DimsRule = (inputs: Inputs) => Dims | undefined;

/** A size that depends on data. It equals no size, itself included, so that nothing is concluded from it. */
const OPEN = Number.NaN;

/** More dimensions than any value has: a larger number is damage. */
const MOST_DIMENSIONS = 64;

function open(rank: number | undefined): Dims | undefined {
  return rank !== undefined && rank <= MOST_DIMENSIONS ? new Array<number>(rank).fill(OPEN) : undefined;
}

/** Which of the axes are listed; negative ones count from the end. */
function listed(axes: Dims, rank: number): ReadonlySet<number> {
  return new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
}

const same: DimsRule = (inputs) => inputs.dims(0);
const sameRank: DimsRule = (inputs) => open(inputs.dims(0).length);

/** As wide as the widest input; an open size next to a larger one than 1 is that one. */
const broadcast: DimsRule = (inputs) => {
  const shapes = inputs.node.inputs.map((_, index) => inputs.dims(index));
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis - rank + dims.length] ?? 1);
    return sizes.find((size) => size > 1) ?? sizes.find(Number.isNaN) ?? 1;
  });
};

const product: DimsRule = (inputs) => {
  const [a, b] = [inputs.dims(0), inputs.dims(1)];
  const rank = Math.max(a.length, b.length);
  return rank < 2 ? undefined : [...new Array<number>(rank - 2).fill(OPEN), a.at(-2) ?? OPEN, b.at(-1) ?? OPEN];
};

/** The shape is input `index`, a vector whose length is known even where its numbers are not. */
const statedBy =
  (index: number): DimsRule =>
  (inputs) =>
    inputs.numbers(index)?.map((size) => (size > 0 ? size : OPEN)) ?? open(inputs.dims(index)[0]);

const reduced: DimsRule = (inputs) => {
  const dims = inputs.dims(0);
  const axes = listed(inputs.numbers(1) ?? dims.map((_, axis) => axis), dims.length);
  if (attribute.int(inputs.node, 'keepdims', 1) === 1) return dims.map((size, axis) => (axes.has(axis) ? 1 : size));
  return dims.filter((_, axis) => !axes.has(axis));
};

const sliced: DimsRule = (inputs) => {
  const dims = inputs.dims(0);
  const axes = listed(inputs.node.inputs[3] ? (inputs.numbers(3) ?? []) : dims.map((_, axis) => axis), dims.length);
  return dims.map((size, axis) => (axes.has(axis) ? lengthAt(inputs, axis, size) : size));
};

/** How many elements a slice takes along `axis`, where both bounds are counted from the start. */
function lengthAt(inputs: Inputs, axis: number, size: number): number {
  const axes = inputs.node.inputs[3] ? inputs.numbers(3) : undefined;
  const at = axes ? axes.findIndex((item) => item === axis || item + inputs.dims(0).length === axis) : axis;
  const [start, end, step] = [inputs.numbers(1)?.[at] ?? OPEN, inputs.numbers(2)?.[at] ?? OPEN, inputs.numbers(4)?.[at] ?? 1];
  const stop = end > 2 ** 30 ? size : end;
  return start >= 0 && stop >= start && step > 0 ? Math.ceil((Math.min(stop, Number.isNaN(size) ? stop : size) - start) / step) : OPEN;
}

const concatenated: DimsRule = (inputs) => {
  const dims = inputs.dims(0);
  const axis = attribute.int(inputs.node, 'axis', 0);
  if (axis < -dims.length || axis >= dims.length) return undefined;
  const total = inputs.node.inputs.reduce((sum, _, index) => sum + (inputs.dims(index).at(axis) ?? OPEN), 0);
  return dims.with(axis, total);
};

const gathered: DimsRule = (inputs) => {
  const [x, indices] = [inputs.dims(0), inputs.dims(1)];
  const axis = attribute.int(inputs.node, 'axis', 0);
  const at = axis < 0 ? axis + x.length : axis;
  return [...x.slice(0, at), ...indices, ...x.slice(at + 1)];
};

const gatheredAt: DimsRule = (inputs) => {
  const [x, indices] = [inputs.dims(0), inputs.dims(1)];
  const depth = indices.at(-1) ?? OPEN;
  return Number.isNaN(depth) ? undefined : [...indices.slice(0, -1), ...x.slice(depth + attribute.int(inputs.node, 'batch_dims', 0))];
};

const squeezed: DimsRule = (inputs) => {
  const dims = inputs.dims(0);
  const axes = inputs.numbers(1);
  return axes && dims.filter((_, axis) => !listed(axes, dims.length).has(axis));
};

const unsqueezed: DimsRule = (inputs) => {
  const dims = [...inputs.dims(0)];
  const axes = inputs.numbers(1) ?? [];
  const added = listed(axes, dims.length + axes.length);
  return Array.from({ length: dims.length + axes.length }, (_, axis) => (added.has(axis) ? 1 : (dims.shift() ?? OPEN)));
};

/** `[N, C, …]` and `[M, …]` to `[N, M, …]`; transposed ones have their channels in place 1 of the filter. */
const convolved =
  (channels: 0 | 1): DimsRule =>
  (inputs) => {
    const [x, filter] = [inputs.dims(0), inputs.dims(1)];
    const group = attribute.int(inputs.node, 'group', 1);
    return [x[0] ?? OPEN, (filter[channels] ?? OPEN) * (channels === 1 ? group : 1), ...x.slice(2).map(() => OPEN)];
  };

const pooled: DimsRule = (inputs) => inputs.dims(0).map((size, axis) => (axis < 2 ? size : OPEN));

const indexed: DimsRule = (inputs) => {
  const dims = inputs.dims(0);
  const axis = attribute.int(inputs.node, 'axis', 0);
  return dims.filter((_, i) => i !== (axis < 0 ? axis + dims.length : axis));
};

/** Ops that are not about each element of inputs that broadcast. */
const rules: Readonly<Record<string, DimsRule>> = {
  ArgMax: indexed,
  ArgMin: indexed,
  AveragePool: pooled,
  BatchNormalization: same,
  Cast: same,
  Concat: concatenated,
  Conv: convolved(0),
  ConvTranspose: convolved(1),
  CumSum: same,
  DepthToSpace: sameRank,
  Einsum: () => undefined,
  ConstantOfShape: statedBy(0),
  Expand: statedBy(1),
  Gather: gathered,
  GatherND: gatheredAt,
  LRN: same,
  LogSoftmax: same,
  MatMul: product,
  MaxPool: pooled,
  NonMaxSuppression: () => [OPEN, 3],
  OneHot: (inputs) => open(inputs.dims(0).length + 1),
  NonZero: (inputs) => [inputs.dims(0).length, OPEN],
  Pad: sameRank,
  PRelu: same,
  RandomUniformLike: same,
  Range: () => [OPEN],
  ReduceL2: reduced,
  ReduceMax: reduced,
  ReduceMean: reduced,
  ReduceMin: reduced,
  ReduceProd: reduced,
  ReduceSum: reduced,
  Reshape: statedBy(1),
  Resize: sameRank,
  ScatterElements: same,
  ScatterND: same,
  Shape: (inputs) => [inputs.dims(0).length],
  Size: () => [],
  Slice: sliced,
  Softmax: same,
  SpaceToDepth: sameRank,
  Split: sameRank,
  Squeeze: squeezed,
  Tile: sameRank,
  TopK: sameRank,
  Transpose: (inputs) => attribute.ints(inputs.node, 'perm')?.map((axis) => inputs.dims(0)[axis] ?? OPEN),
  Unsqueeze: unsqueezed,
};

const BOOLEAN: ReadonlySet<string> = new Set([
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Not',
  'Xor',
  'IsNaN',
  'IsInf',
]);
const INDICES: ReadonlySet<string> = new Set(['Shape', 'Size', 'NonZero', 'NonMaxSuppression', 'ArgMax', 'ArgMin']);

/** The types of a node's outputs where sizes depend on data; nothing where not even the number of dimensions is known. */
export function openTypes(node: Node, scope: StaticScope): readonly TensorType[] {
  if (node.op === 'If') return branchTypes(node, scope);
  const types = node.inputs.map((name) => scope.types.get(name));
  const elements = types.map((type) => type?.type);
  if (types.some((input, index) => input === undefined && node.inputs[index] !== '')) return [];
  const numbers = (index: number): Dims | undefined => {
    const known = scope.constant(node.inputs[index] ?? '');
    return known && toNumbers(known);
  };
  const dims = (rules[node.op] ?? broadcast)({ node, dims: (index) => types[index]?.dims ?? [], numbers });
  if (dims === undefined) return [];
  return node.outputs.flatMap((_, output) => {
    const type = elementType(node, elements, output);
    return type === undefined ? [] : [{ type, dims }];
  });
}

/** Element type of an output; it follows from those of the inputs, whatever their shapes. */
export function elementType(node: Node, inputs: readonly (DataType | undefined)[], output = 0): DataType | undefined {
  if (node.op === 'TopK' && output === 1) return 'int64';
  if (BOOLEAN.has(node.op)) return 'bool';
  if (INDICES.has(node.op)) return 'int64';
  if (node.op === 'Cast') return elementTypeOf(attribute.int(node, 'to', 1));
  return inputs[node.op === 'Where' ? 1 : 0];
}

/** What both branches of a conditional agree on. Their values are known like those outside. */
function branchTypes(node: Node, scope: StaticScope): readonly TensorType[] {
  const typesOf = (name: string): readonly (TensorType | undefined)[] =>
    attribute.graph(node, name)?.outputs.map((output) => scope.types.get(output.name)) ?? [];
  const other = typesOf('else_branch');
  return typesOf('then_branch').flatMap((type, i) => {
    const dims = other[i]?.dims;
    return type && dims?.length === type.dims.length
      ? [{ type: type.type, dims: type.dims.map((size, axis) => (size === dims[axis] ? size : OPEN)) }]
      : [];
  });
}
