import { fail, rowOf } from '../../../core/index.js';
import { attribute, attributes, BROADCASTING, type Node } from '../../../engine/graph/index.js';
import { type BatchPosition, positionAfterReshape, wholeAxis } from './position.js';
import { perSample, perSampleSteps } from './repeat.js';
import { oneRow, steppedRows } from './rows.js';
import type { BatchTrial } from './trial.js';

/** The node as it must be for the batch size not to matter; the node itself where it need not change. */
type FreeRule = (trial: BatchTrial, node: Node) => Node;

/** Far beyond any dimension: the end of a Slice that takes everything. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** Undoes the batch size that is built into a node, and into the constants it reads. @throws BATCH_BAKED */
export function freeNode(trial: BatchTrial, node: Node): Node {
  return (rowOf(rules, node.op) ?? (BROADCASTING.has(node.op) ? broadcasting : asItIs))(trial, node);
}

const asItIs: FreeRule = (_, node) => node;

/** `[4, 512]` as the target of a value `[4, 8, 8, 8]` whose axis 0 is the batch becomes `[0, 512]`; a merged `[4·16, 32]` becomes `[-1, 32]`. */
const reshape: FreeRule = (trial, node) => {
  const [data = ''] = node.inputs;
  const target = trial.fixedNumbers(node, 1);
  if (target === undefined || !trial.isBatched(data)) return node;
  const [from, to] = [trial.dims(data), trial.outputDims(node)];
  const position = trial.position(data) ?? baked(trial, node, `the batch has no one place in "${data}"`);
  const moved = positionAfterReshape(position, from, to, trial.batch) ?? baked(trial, node, `its shape [${to.join(', ')}] cuts the batch in parts`);
  const copies = attribute.int(node, 'allowzero', 0) === 0 && position.axis === moved.axis && from[moved.axis] === to[moved.axis];
  const freed = target.map((dim, axis) => {
    if (axis === moved.axis) return copies && dim !== -1 ? 0 : -1;
    return dim === -1 || (dim === 0 && axis === position.axis) ? (to[axis] as number) : dim;
  });
  // Where the batch is a copied dimension, the one that takes the rest may stay so.
  const kept = freed[moved.axis] === 0 ? freed.map((dim, axis) => (target[axis] === -1 ? -1 : dim)) : freed;
  if (String(kept) === String(target)) return node;
  if (trial.hasOtherSymbols && kept.some((dim, axis) => target[axis] === -1 && dim !== -1))
    baked(trial, node, 'another dimension of its shape is left to the data');
  return withInput(node, 1, trial.ints(kept, `${node.inputs[1]}/any_batch`));
};

/** A target `[4, 1, 16, 16]` of a value whose batch is there already becomes `[1, 1, 16, 16]`: Expand keeps what is larger. */
const expand: FreeRule = (trial, node) => {
  const [data = '', shape = ''] = node.inputs;
  const target = trial.fixedNumbers(node, 1);
  const position = trial.position(data);
  if (target === undefined) return trial.isBatched(data) ? node : withInput(node, 0, rowsOfTarget(trial, node, data, shape));
  if (position === undefined) return node;
  const axis = position.axis - trial.dims(data).length + target.length;
  if (axis < 0 || target[axis] === 1) return node;
  return withInput(node, 1, trial.ints(target.with(axis, 1), `${shape}/any_batch`));
};

/** The data of an Expand, with one row where the target has the batch size, known when the model runs. */
function rowsOfTarget(trial: BatchTrial, node: Node, data: string, shape: string): string {
  const axes = trial.changingElements(shape).map((at) => at - (trial.dims(shape)[0] ?? 0) + trial.dims(data).length);
  return axes.reduce((name, axis) => oneRow(trial, name, wholeAxis(axis)) ?? repeated(trial, node, name, wholeAxis(axis)), data);
}

/** Constants with a row for each sample broadcast from one row. */
const broadcasting: FreeRule = (trial, node) => {
  const batched = node.inputs.find((name) => trial.position(name) !== undefined);
  const position = batched === undefined ? undefined : trial.position(batched);
  if (batched === undefined || position === undefined) return node;
  const fromEnd = trial.dims(batched).length - position.axis;
  const matrix = node.op === 'MatMul' && fromEnd <= 2;
  if (matrix) return node;
  return mapInputs(node, (name) => {
    const axis = name === '' || trial.isBatched(name) ? -1 : trial.dims(name).length - fromEnd;
    if (axis < 0 || trial.dims(name)[axis] === 1) return name;
    const row = position.outer * position.inner === 1 ? oneRow(trial, name, { ...position, axis }) : undefined;
    return row ?? perSample(trial, name, { ...position, axis }) ?? different(trial, node, name);
  });
};

/** What is joined to the samples on another axis must have as many rows as there are samples. */
const concat: FreeRule = (trial, node) => {
  const batched = node.inputs.find((name) => trial.position(name) !== undefined);
  const position = batched === undefined ? undefined : trial.position(batched);
  const rank = batched === undefined ? 0 : trial.dims(batched).length;
  const stated = attribute.int(node, 'axis', 0);
  if (position === undefined || position.axis === (stated < 0 ? stated + rank : stated)) return node;
  return mapInputs(node, (name) => (trial.isBatched(name) ? name : repeated(trial, node, name, position)));
};

/** Sequence lengths `[N]` and first states `[D, N, H]` (with layout 1: `[N, D, H]`). */
const recurrent: FreeRule = (trial, node) => {
  if (!trial.isBatched(node.inputs[0] as string)) return node;
  const axis = attribute.int(node, 'layout', 0) === 1 ? 0 : 1;
  return mapInputs(node, (name, index) => {
    if (name === '' || index < 4 || index > 6 || trial.isBatched(name)) return name;
    return repeated(trial, node, name, { axis: index === 4 ? 0 : axis, outer: 1, inner: 1 });
  });
};

/** Positions in the flattened samples, known for as many samples as the file has, are computed for all there are. */
const gather: FreeRule = (trial, node) => {
  const [data = ''] = node.inputs;
  const position = trial.position(data);
  const stated = attribute.int(node, 'axis', 0);
  if (position === undefined || position.axis !== (stated < 0 ? stated + trial.dims(data).length : stated)) return node;
  return position.outer === 1 ? ownSamples(trial, node, () => position.inner) : baked(trial, node, 'it picks samples by their number');
};

/** Coordinates `[B, …, K]` that begin with the number of the sample. */
const gatherCoordinates: FreeRule = (trial, node) => {
  const [data = '', coordinates = ''] = node.inputs;
  const position = trial.position(data);
  const depth = trial.dims(coordinates).at(-1) ?? 1;
  const stated = attribute.int(node, 'batch_dims', 0);
  if (stated > 0 || position === undefined || position.axis >= depth) return node;
  return ownSamples(trial, node, (index) => (index % depth === position.axis ? position.inner : 0));
};

/** Along the batch there is nothing to gather or scatter by element. */
const byElement: FreeRule = (trial, node) => {
  const [data = ''] = node.inputs;
  const stated = attribute.int(node, 'axis', 0);
  const axis = stated < 0 ? stated + trial.dims(data).length : stated;
  return trial.position(data)?.axis === axis ? baked(trial, node, 'it picks samples by their number') : node;
};

/** Every sample reads what is its own: the numbers that say where grow by `step` from each sample to the next. */
function ownSamples(trial: BatchTrial, node: Node, step: (index: number) => number): Node {
  const [, numbers = ''] = node.inputs;
  // The numbers of one sample look the same for any step, and they may have been computed.
  if (trial.isBatched(numbers)) return trial.batch === 1 ? baked(trial, node, 'it picks samples by their number') : node;
  const axis = trial.dims(numbers).indexOf(trial.batch);
  const rows = axis < 0 ? undefined : steppedRows(trial.constant(numbers), axis);
  const steps = rows?.row.map((_, index) => step(index));
  const fits = rows && steps && (trial.batch === 1 || String(steps) === String(rows.steps));
  return fits ? withInput(node, 1, perSampleSteps(trial, numbers, axis, { ...rows, steps })) : baked(trial, node, 'it picks samples by their number');
}

/** A Slice that takes all samples, by their number, takes all of them whatever their number. */
const slice: FreeRule = (trial, node) => {
  const [data = ''] = node.inputs;
  const position = trial.position(data);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => trial.fixedNumbers(node, index));
  if (position === undefined || starts === undefined || ends === undefined) return node;
  const rank = trial.dims(data).length;
  const at = (axes ?? starts.map((_, axis) => axis)).findIndex((axis) => (axis < 0 ? axis + rank : axis) === position.axis);
  const size = trial.dims(data)[position.axis] as number;
  if (at < 0 || starts[at] !== 0 || (steps?.[at] ?? 1) !== 1 || (ends[at] as number) < size) return node;
  return withInput(node, 2, trial.ints(ends.with(at, TO_THE_END), `${node.inputs[2]}/any_batch`));
};

/** Sizes are only stated for the axes that change. */
const resize: FreeRule = (trial, node) => {
  const [data = ''] = node.inputs;
  const sizes = trial.fixedNumbers(node, 3);
  const position = trial.position(data);
  if (sizes === undefined || position === undefined) return node;
  const stated = attribute.ints(node, 'axes') ?? sizes.map((_, axis) => axis);
  const kept = stated.flatMap((axis, index) => (axis === position.axis ? [] : [{ axis, size: sizes[index] as number }]));
  if (kept.length === stated.length) return node;
  const shorter = withInput(
    node,
    3,
    trial.ints(
      kept.map(({ size }) => size),
      `${node.inputs[3]}/any_batch`,
    ),
  );
  return { ...shorter, attributes: { ...shorter.attributes, ...attributes({ axes: kept.map(({ axis }) => axis) }) } };
};

const rules: Readonly<Record<string, FreeRule>> = {
  Concat: concat,
  Expand: expand,
  Gather: gather,
  GatherElements: byElement,
  GatherND: gatherCoordinates,
  GRU: recurrent,
  LSTM: recurrent,
  MatMul: broadcasting,
  Reshape: reshape,
  Resize: resize,
  RNN: recurrent,
  ScatterElements: byElement,
  ScatterND: gatherCoordinates,
  Slice: slice,
};

/** The inputs of a node that cannot run at another batch size, with a row for each sample where the file has as many; for any op. */
export function withRowsPerSample(trial: BatchTrial, node: Node): Node {
  const batched = node.inputs.find((name) => trial.position(name) !== undefined);
  const position = batched === undefined ? undefined : trial.position(batched);
  if (batched === undefined || position === undefined) return node;
  const size = trial.dims(batched)[position.axis];
  return mapInputs(node, (name) =>
    name === '' || trial.isBatched(name) || trial.dims(name)[position.axis] !== size ? name : (perSample(trial, name, position) ?? name),
  );
}

function repeated(trial: BatchTrial, node: Node, name: string, position: BatchPosition): string {
  return perSample(trial, name, position) ?? different(trial, node, name);
}

function withInput(node: Node, index: number, name: string): Node {
  return { ...node, inputs: node.inputs.with(index, name) };
}

function mapInputs(node: Node, change: (name: string, index: number) => string): Node {
  const inputs = node.inputs.map(change);
  return inputs.every((name, index) => name === node.inputs[index]) ? node : { ...node, inputs };
}

function different(trial: BatchTrial, node: Node, name: string): never {
  return baked(trial, node, `"${name}" differs between the samples`);
}

function baked({ batch }: BatchTrial, { op, name }: Node, reason: string): never {
  return fail('BATCH_BAKED', { batch, op, node: name, reason });
}
