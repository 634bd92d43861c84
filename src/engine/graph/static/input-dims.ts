import { didYouMean, fail, rowOf } from '../../../core/index.js';
import type { Dim, Graph, TensorType, ValueInfo } from '../model.js';

/** Dimensions by input name. */
export type InputDims = Readonly<Record<string, readonly number[]>>;

interface Binding {
  readonly size: number;
  readonly place: string;
}

/** Inputs that are not merely the default of an initialiser of the same name. */
export function trueInputs(graph: Graph): readonly ValueInfo[] {
  return graph.inputs.filter((input) => !graph.initializers.has(input.name));
}

/**
 * The static type of every input. A symbolic dimension has one size throughout: what one input is given fills it in for
 * the others.
 * @throws SHAPE_CONFLICT, SHAPE_UNSPECIFIED, SHAPE_NO_INPUT, SHAPE_INPUT_TYPE
 */
export function inputTypes(graph: Graph, given: InputDims): Map<string, TensorType> {
  const inputs = trueInputs(graph);
  const unknown = Object.keys(given).find((name) => !inputs.some((input) => input.name === name));
  if (unknown !== undefined) {
    const names = inputs.map(({ name }) => name);
    fail('SHAPE_NO_INPUT', { input: unknown, inputs: names.map((name) => `"${name}"`).join(', '), hint: didYouMean(unknown, names) });
  }
  const symbols = new Map<string, Binding>();
  for (const input of inputs) {
    const dims = rowOf(given, input.name);
    if (dims) bindSymbols(input, dims, symbols);
  }
  return new Map(inputs.map((input) => [input.name, inputType(input, rowOf(given, input.name), symbols)]));
}

function statedDims({ type }: ValueInfo): readonly Dim[] | undefined {
  return type.kind === 'tensor' ? type.dims : undefined;
}

/** Takes the sizes of symbolic dimensions from `dims`, and checks the fixed ones. */
function bindSymbols(input: ValueInfo, dims: readonly number[], symbols: Map<string, Binding>): void {
  const place = `the given dimensions of input "${input.name}"`;
  const stated = statedDims(input) ?? dims;
  if (stated.length !== dims.length) conflict('count', { size: stated.length, place: `input "${input.name}"` }, { size: dims.length, place });
  for (const [axis, dim] of stated.entries()) {
    const size = dims[axis] as number;
    const known = typeof dim === 'number' ? { size: dim, place: 'the model' } : dim === null ? undefined : symbols.get(dim);
    if (known && known.size !== size) conflict(typeof dim === 'string' ? `"${dim}"` : axis, known, { size, place });
    if (typeof dim === 'string') symbols.set(dim, { size, place });
  }
}

function conflict(dimension: string | number, first: Binding, second: Binding): never {
  fail('SHAPE_CONFLICT', { dimension, first: first.size, firstPlace: first.place, second: second.size, secondPlace: second.place });
}

function inputType(input: ValueInfo, given: readonly number[] | undefined, symbols: ReadonlyMap<string, Binding>): TensorType {
  const { type } = input;
  if (type.kind !== 'tensor' || type.type === 'string' || type.type === 'unknown') {
    fail('SHAPE_INPUT_TYPE', { input: input.name, type: type.kind === 'tensor' ? `${type.type} elements` : `a ${type.kind} value` });
  }
  const dims = given ?? type.dims?.map((dim) => (typeof dim === 'string' ? symbols.get(dim)?.size : dim));
  if (!dims?.every((dim) => typeof dim === 'number')) {
    fail('SHAPE_UNSPECIFIED', { input: input.name, dims: type.dims?.map((dim) => dim ?? '?').join(', ') ?? '…' });
  }
  return { type: type.type, dims };
}
