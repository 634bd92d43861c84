import { fromNumbers, sizeOf, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute, axisOf, type GraphBuilder, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { gathered, runsOf } from './slicing.js';

const zeros = (b: GraphBuilder, like: Value, dims: readonly number[] = like.dims): Value => b.expand(b.scalar(like.type, 0), dims);

/** Constant indices in at most this many runs are put back by Slice and Pad. */
const RUNS = 4;

/**
 * Adds rows of dy to the rows they came from: constant neighbours by Pad, others by ScatterElements. ScatterND would be
 * faster, but ONNX Runtime adds in parallel there and loses sums where an index occurs twice.
 */
const gather: GradientRule = ({ b, node, x, dy, shape }) => {
  const { dims } = x(0);
  const axis = axisOf(node, attribute.int(node, 'axis', 0), dims.length);
  const rows = b.reshape(dy(0), dims.with(axis, sizeOf(x(1).dims)));
  const positions = positionsOf(shape.constant(1), dims[axis] as number);
  if (positions && runsOf(positions).length <= RUNS) return [gathered(b, rows, axis, positions, dims[axis] as number)];
  return [scattered(b, rows, axis, x(1), dims)];
};

function positionsOf(indices: Tensor | undefined, size: number): number[] | undefined {
  return indices && toNumbers(indices).map((index) => (index < 0 ? index + size : index));
}

/** Zeros of shape `dims` to which the rows along `axis` are added, each at its index. */
function scattered(b: GraphBuilder, rows: Value, axis: number, indices: Value, dims: readonly number[]): Value {
  const column = b.reshape(
    indices,
    dims.map((_, i) => (i === axis ? sizeOf(indices.dims) : 1)),
  );
  return b.op('ScatterElements', [zeros(b, rows, dims), b.expand(column, rows.dims), rows], { axis, reduction: 'add' });
}

const gatherElements: GradientRule = ({ b, node, x, dy }) => [
  b.op('ScatterElements', [zeros(b, x(0)), x(1), dy(0)], { axis: attribute.int(node, 'axis', 0), reduction: 'add' }),
];

/** The addressed axes are flattened into one of rows. */
const gatherND: GradientRule = ({ b, node, x, dy }) => {
  const { dims } = x(0);
  const indices = withBatch(b, x(1), attribute.int(node, 'batch_dims', 0));
  const depth = indices.dims.at(-1) as number;
  const addressed = dims.slice(0, depth);
  const inner = sizeOf(dims.slice(depth));
  const positive = b.where(b.less(indices, 0), b.add(indices, b.ints(addressed)), indices);
  const strides = addressed.map((_, axis) => sizeOf(addressed.slice(axis + 1)));
  const flat = b.reduceSum(b.mul(positive, b.ints(strides)), [indices.dims.length - 1], false);
  const rows = b.reshape(dy(0), [sizeOf(flat.dims), inner]);
  return [b.reshape(scattered(b, rows, 0, flat, [sizeOf(addressed), inner]), dims)];
};

/** Indices […, k] preceded by their position along the `batch` leading axes: [..., batch + k]. */
function withBatch(b: GraphBuilder, indices: Value, batch: number): Value {
  if (batch === 0) return indices;
  const dims = indices.dims.slice(0, -1);
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  const positions = Array.from({ length: sizeOf(dims) }, (_, flat) =>
    Array.from({ length: batch }, (_, axis) => Math.floor(flat / (strides[axis] as number)) % (dims[axis] as number)),
  ).flat();
  return b.concat([b.constant(fromNumbers('int64', [...dims, batch], positions)), indices], dims.length);
}

/** With a constant condition, a Gather of the kept positions. */
const compress: GradientRule = ({ b, node, x, dy, shape }) => {
  const { dims } = x(0);
  const flat = node.attributes['axis'] === undefined;
  const whole = flat ? [sizeOf(dims)] : dims;
  const axis = flat ? 0 : axisOf(node, attribute.int(node, 'axis', 0), dims.length);
  const kept = shape.numbers(1).flatMap((flag, i) => (flag !== 0 && i < (whole[axis] as number) ? [i] : []));
  if (runsOf(kept).length <= RUNS) return [b.reshape(gathered(b, dy(0), axis, kept, whole[axis] as number), dims)];
  const indices = b.constant(fromNumbers('int64', [kept.length], kept));
  return [b.reshape(scattered(b, dy(0), axis, indices, whole), dims)];
};

/** The values went to the positions that TopK tells, each to one. */
const topK: GradientRule = ({ b, node, x, y, dy }) => [
  b.op('ScatterElements', [zeros(b, x(0)), y(1), dy(0)], { axis: attribute.int(node, 'axis', -1) }),
];

/** Values are [off, on]. */
const oneHot: GradientRule = ({ b, node, x, dy }) => {
  const { type } = x(2);
  const on = b.op('OneHot', [x(0), x(1), b.constant(fromNumbers(type, [2], [0, 1]))], { axis: attribute.int(node, 'axis', -1) });
  const sum = (value: Value): Value => b.reshape(b.reduceSum(value, [...value.dims.keys()], false), [1]);
  const dOn = sum(b.mul(dy(0), on));
  return [undefined, undefined, b.concat([b.sub(sum(dy(0)), dOn), dOn], 0)];
};

/** A scatter op and the gather op that reads where it writes. */
interface Access {
  readonly gather: (from: Value) => Value;
  readonly scatter: (into: Value, updates: Value, reduction: string) => Value;
}

function scatterRule(access: (c: RuleContext) => Access): GradientRule {
  return (c) => {
    const { b, node, x, y, dy } = c;
    const { gather: at, scatter } = access(c);
    const [data, , updates] = [x(0), x(1), x(2)];
    const flag = (condition: Value): Value => b.cast(condition, data.type);
    switch (attribute.string(node, 'reduction', 'none')) {
      case 'add':
        return [dy(0), undefined, at(dy(0))];
      case 'mul': {
        // As ReduceProd: the product of the other factors, 0 where one of them is 0.
        const [zeroData, zeroUpdates] = [flag(b.equal(data, 0)), flag(b.equal(updates, 0))];
        const [safeData, safeUpdates] = [b.add(data, zeroData), b.add(updates, zeroUpdates)];
        const product = b.mul(dy(0), scatter(safeData, safeUpdates, 'mul'));
        const count = scatter(zeroData, zeroUpdates, 'add');
        const part = (whole: Value, own: Value, number: Value, zero: Value): Value => b.mul(b.div(whole, own), flag(b.equal(number, zero)));
        return [part(product, safeData, count, zeroData), undefined, part(at(product), safeUpdates, at(count), zeroUpdates)];
      }
      case 'max':
      case 'min': {
        // As ReduceMax: those that equal the result share the gradient.
        const [winsData, winsUpdates] = [flag(b.equal(data, y(0))), flag(b.equal(updates, at(y(0))))];
        const share = b.div(dy(0), scatter(winsData, winsUpdates, 'add'));
        return [b.mul(share, winsData), undefined, b.mul(at(share), winsUpdates)];
      }
      default:
        return [scatter(dy(0), zeros(b, updates), 'none'), undefined, at(dy(0))];
    }
  };
}

const scatterElements = scatterRule(({ b, node, x }) => {
  const axis = attribute.int(node, 'axis', 0);
  return {
    gather: (from) => b.op('GatherElements', [from, x(1)], { axis }),
    scatter: (into, updates, reduction) => b.op('ScatterElements', [into, x(1), updates], { axis, reduction }),
  };
});

const scatterND = scatterRule(({ b, x }) => ({
  gather: (from) => b.op('GatherND', [from, x(1)]),
  scatter: (into, updates, reduction) => b.op('ScatterND', [into, x(1), updates], { reduction }),
}));

export const gatherRules = {
  Compress: compress,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  OneHot: oneHot,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  TopK: topK,
} satisfies Rules;
