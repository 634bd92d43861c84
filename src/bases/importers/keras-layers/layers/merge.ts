import { fail } from '../../../../core/index.js';
import type { Dim, StandardOp } from '../../../../engine/graph/index.js';
import { channelsFirst, emit, inKerasOrder, ints, type LayerConverter, type LayerScope, scalar } from '../scope.js';
import { type KerasTensor, storedAxis } from '../tensor.js';

/** Add, Subtract, Multiply, Divide, Maximum, Minimum: one after the other, with broadcasting. */
export const elementwise =
  (op: Extract<StandardOp, 'Add' | 'Div' | 'Sub' | 'Mul' | 'Max' | 'Min'>): LayerConverter =>
  (scope, inputs) =>
    fold(scope, alike(scope, inputs), op);

export const average: LayerConverter = (scope, inputs) => {
  const sum = fold(scope, alike(scope, inputs), 'Add');
  return { ...sum, name: emit(scope, 'Mul', [sum, scalar(scope, 1 / inputs.length)]) };
};

export const concatenate: LayerConverter = (scope, inputs) => {
  const parts = alike(scope, inputs);
  const first = parts[0] ?? tooFew(scope, parts);
  const [axis = -1] = scope.config.axes('axis', -1);
  const place = axis < 0 ? axis + first.shape.length : axis;
  const sizes = parts.map((part) => part.shape[place] ?? null);
  const total = sizes.every((size) => typeof size === 'number') ? sizes.reduce((a, b) => a + b, 0) : null;
  const shape = first.shape.map((dim, i) => (i === place ? total : dim));
  return { ...first, name: emit(scope, 'Concat', parts, { axis: storedAxis(first, place) }), shape };
};

function fold(scope: LayerScope, inputs: readonly KerasTensor[], op: StandardOp): KerasTensor {
  let result = inputs[0] ?? tooFew(scope, inputs);
  for (const x of inputs.slice(1)) {
    const wider = result.shape.length === 0 ? x : result;
    result = { ...wider, name: emit(scope, op, [result, x]), shape: x.shape.length === 0 ? wider.shape : broadcast(wider.shape, x.shape) };
  }
  return result;
}

/** The inputs in one layout; those of lower rank get axes of size 1 after the batch, as Keras adds them. Numbers stay as they are. */
function alike(scope: LayerScope, inputs: readonly KerasTensor[]): KerasTensor[] {
  if (inputs.length < 2) tooFew(scope, inputs);
  const rank = Math.max(...inputs.map((x) => x.shape.length));
  const mixed = inputs.some((x) => x.shape.length !== rank && x.shape.length > 0);
  if (!mixed && inputs.some((x) => x.layout === 'channels-first')) return inputs.map((x) => channelsFirst(scope, x));
  return inputs.map((x) => widened(scope, inKerasOrder(scope, x), rank));
}

function widened(scope: LayerScope, x: KerasTensor, rank: number): KerasTensor {
  const missing = rank - x.shape.length;
  if (missing === 0 || x.shape.length === 0) return x;
  const axes = Array.from({ length: missing }, (_, i) => i + 1);
  const name = emit(scope, 'Unsqueeze', [x, ints(scope, 'axes', axes)]);
  return { ...x, name, shape: [...x.shape.slice(0, 1), ...axes.map(() => 1), ...x.shape.slice(1)] };
}

function broadcast(a: readonly Dim[], b: readonly Dim[]): Dim[] {
  return a.map((dim, i) => (dim === 1 ? (b[i] ?? null) : dim));
}

function tooFew({ config }: LayerScope, inputs: readonly KerasTensor[]): never {
  return fail('IMPORT_TOPOLOGY', { reason: `layer "${config.layer}" (${config.type}) takes two inputs or more but is given ${inputs.length}` });
}
