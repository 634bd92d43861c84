import { type DataType, isDataType, rowOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { elementTypeOf } from '../element-types.js';
import type { Dim, Node, ValueType } from '../model.js';

/**
 * What is known of a value while a graph is being upgraded, with symbolic dimensions and without full shape inference: an
 * old operator may mean different things by rank, and may need a constant of its input's element type. What is not known
 * is `undefined`; the converters then write nodes that find it out at run time.
 */
export interface Sketch {
  readonly type: DataType | undefined;
  readonly dims: readonly Dim[] | undefined;
}

const NOTHING: Sketch = { type: undefined, dims: undefined };

export function sketchOfType(type: ValueType): Sketch {
  if (type.kind !== 'tensor') return NOTHING;
  return { type: isDataType(type.type) ? type.type : undefined, dims: type.dims };
}

/** How a rule sees the inputs of its node. */
interface Inputs {
  sketch(index: number): Sketch;
  constant(index: number): Tensor | undefined;
}

type SketchRule = (node: Node, inputs: Inputs) => Sketch;

const same: SketchRule = (_, inputs) => inputs.sketch(0);
const unknownDims = (rank: number): Dim[] => new Array<Dim>(rank).fill(null);

/** NumPy broadcasting, as far as the ranks are known. */
const broadcast: SketchRule = (_, inputs) => {
  const [a, b] = [inputs.sketch(0), inputs.sketch(1)];
  const type = a.type ?? b.type;
  if (!a.dims || !b.dims) return { type, dims: undefined };
  const rank = Math.max(a.dims.length, b.dims.length);
  const at = (dims: readonly Dim[], axis: number): Dim => (axis - rank + dims.length < 0 ? 1 : (dims[axis - rank + dims.length] ?? null));
  const dims = unknownDims(rank).map((_, axis) => {
    const [x, y] = [at(a.dims ?? [], axis), at(b.dims ?? [], axis)];
    return x === 1 ? y : y === 1 || x === y ? x : null;
  });
  return { type, dims };
};

const compare: SketchRule = (node, inputs) => ({ ...broadcast(node, inputs), type: 'bool' });

/** Pooling and convolution keep the rank and the batch dimension. */
const spatial: SketchRule = (node, inputs) => {
  const { type, dims } = inputs.sketch(0);
  const keepsChannels = node.op.endsWith('Pool');
  return { type, dims: dims?.map((dim, axis) => (axis === 0 || (axis === 1 && keepsChannels) ? dim : null)) };
};

const globalPool: SketchRule = (_, inputs) => {
  const { type, dims } = inputs.sketch(0);
  return { type, dims: dims?.map((dim, axis) => (axis < 2 ? dim : 1)) };
};

/** The rank stays, sizes may change. */
const sameRank: SketchRule = (_, inputs) => {
  const { type, dims } = inputs.sketch(0);
  return { type, dims: dims && unknownDims(dims.length) };
};

const matrix: SketchRule = (_, inputs) => ({ type: inputs.sketch(0).type, dims: [null, null] });

const matMul: SketchRule = (_, inputs) => {
  const [a, b] = [inputs.sketch(0), inputs.sketch(1)];
  const known = a.dims && b.dims && a.dims.length >= 2 && b.dims.length >= 2;
  return { type: a.type ?? b.type, dims: known ? unknownDims(Math.max(a.dims.length, b.dims.length)) : undefined };
};

const reshape: SketchRule = (_, inputs) => {
  const { type, dims } = inputs.sketch(0);
  const shape = inputs.constant(1);
  return { type, dims: shape && toNumbers(shape).map((dim, axis) => (dim > 0 ? dim : dim === 0 ? (dims?.[axis] ?? null) : null)) };
};

const transpose: SketchRule = (node, inputs) => {
  const { type, dims } = inputs.sketch(0);
  const perm = attribute.ints(node, 'perm');
  return { type, dims: dims && (perm?.map((axis) => dims[axis] ?? null) ?? [...dims].reverse()) };
};

/** Squeeze, Unsqueeze and the reductions: `axes` as an attribute before opset 13 or 18, as an input since. */
function axesOf(node: Node, inputs: Inputs): readonly number[] | undefined {
  const constant = inputs.constant(1);
  return attribute.ints(node, 'axes') ?? (constant && toNumbers(constant));
}

const squeeze: SketchRule = (node, inputs) => {
  const { type, dims } = inputs.sketch(0);
  const axes = dims && axesOf(node, inputs)?.map((axis) => (axis < 0 ? axis + dims.length : axis));
  return { type, dims: axes && dims?.filter((_, axis) => !axes.includes(axis)) };
};

const unsqueeze: SketchRule = (node, inputs) => {
  const { type, dims } = inputs.sketch(0);
  const axes = axesOf(node, inputs);
  if (!dims || !axes) return { type, dims: undefined };
  const rank = dims.length + axes.length;
  const added = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
  const rest = [...dims];
  return { type, dims: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (rest.shift() ?? null))) };
};

const reduce: SketchRule = (node, inputs) => {
  const { type, dims } = inputs.sketch(0);
  if (!dims) return { type, dims: undefined };
  if (attribute.int(node, 'keepdims', 1) === 1) return { type, dims: unknownDims(dims.length) };
  const axes = axesOf(node, inputs);
  if (axes) return { type, dims: axes.length > dims.length ? undefined : unknownDims(dims.length - axes.length) };
  return { type, dims: node.inputs.length > 1 ? undefined : [] };
};

const gather: SketchRule = (_, inputs) => {
  const [data, indices] = [inputs.sketch(0), inputs.sketch(1)];
  return { type: data.type, dims: data.dims && indices.dims && unknownDims(data.dims.length - 1 + indices.dims.length) };
};

const cast: SketchRule = (node, inputs) => ({ type: elementTypeOf(attribute.int(node, 'to', 0)), dims: inputs.sketch(0).dims });
const shape: SketchRule = () => ({ type: 'int64', dims: [null] });

const rules: Readonly<Record<string, SketchRule>> = {
  ...rows(same, ['Abs', 'Ceil', 'Celu', 'Clip', 'Dropout', 'Elu', 'Erf', 'Exp', 'Floor', 'HardSigmoid', 'HardSwish', 'Hardmax', 'Identity']),
  ...rows(same, [
    'LRN',
    'LayerNormalization',
    'LeakyRelu',
    'Log',
    'LogSoftmax',
    'Mish',
    'Neg',
    'Not',
    'PRelu',
    'Reciprocal',
    'Relu',
    'Selu',
    'Sigmoid',
  ]),
  ...rows(same, [
    'Sign',
    'Softmax',
    'Softplus',
    'Softsign',
    'Sqrt',
    'Tanh',
    'ThresholdedRelu',
    'BatchNormalization',
    'InstanceNormalization',
    'CumSum',
  ]),
  ...rows(broadcast, ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'And', 'Or', 'Xor', 'Mod', 'Max', 'Min', 'Sum', 'Mean']),
  ...rows(compare, ['Equal', 'Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual']),
  ...rows(spatial, ['Conv', 'ConvTranspose', 'AveragePool', 'MaxPool', 'LpPool']),
  ...rows(globalPool, ['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool']),
  ...rows(sameRank, ['Concat', 'Pad', 'Slice', 'Split', 'Resize', 'Upsample', 'Tile', 'DepthToSpace', 'SpaceToDepth', 'TopK']),
  ...rows(matrix, ['Gemm', 'Flatten']),
  ...rows(squeeze, ['Squeeze']),
  ...rows(reduce, ['ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceSum']),
  ...rows(reduce, ['ReduceSumSquare']),
  MatMul: matMul,
  Reshape: reshape,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Gather: gather,
  Cast: cast,
  Shape: shape,
};

function rows(rule: SketchRule, ops: readonly string[]): Record<string, SketchRule> {
  return Object.fromEntries(ops.map((op) => [op, rule]));
}

/** What is known of a node's first output. Variadic ops are sketched only with two inputs. */
export function sketchNode(node: Node, inputs: Inputs): Sketch {
  const rule = node.domain === '' ? rowOf(rules, node.op) : undefined;
  if (!rule) return NOTHING;
  if (rule === broadcast && node.inputs.length !== 2) return { type: inputs.sketch(0).type, dims: undefined };
  return rule(node, inputs);
}
