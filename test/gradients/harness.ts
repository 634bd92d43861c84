import { expect, it } from 'vitest';
import { fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate } from '../../src/engine/autodiff/index.js';
import { type AttributeValue, GraphBuilder, type StandardOp, type Value } from '../../src/engine/graph/index.js';
import { type Oracle, record } from './record.js';
import { type Compiled, compile, isNoKernel } from './run.js';

type Precision = 'float32' | 'float64';

/** A float input: drawn uniformly from [low, high), or given. Its gradient is tested unless it is `frozen`. */
interface FloatInput {
  readonly kind: 'float';
  readonly dims: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly values: readonly number[] | undefined;
  readonly frozen: boolean;
}

/** An input without gradient: an initialiser (`constant`), or fed at run time. */
interface FixedInput {
  readonly kind: 'constant' | 'feed';
  readonly tensor: Tensor;
}

export type InputSpec = FloatInput | FixedInput | undefined;

/** Random numbers in [low, high). */
export const float = (dims: readonly number[], low = -2, high = 2): FloatInput => ({
  kind: 'float',
  dims,
  low,
  high,
  values: undefined,
  frozen: false,
});
/** The given numbers. */
export const floats = (dims: readonly number[], values: readonly number[]): FloatInput => ({ ...float(dims), values });
/** A float initialiser that is not differentiated by. */
export const frozen = (input: FloatInput): FloatInput => ({ ...input, frozen: true });
/** An initialiser: a shape, axes, constant indices. */
export const constant = (tensor: Tensor): FixedInput => ({ kind: 'constant', tensor });
/** A value known only at run time: indices, a condition. */
export const feed = (tensor: Tensor): FixedInput => ({ kind: 'feed', tensor });
/** A 1-D int64 initialiser. */
export const ints = (...values: number[]): FixedInput => constant(fromNumbers('int64', [values.length], values));

export interface GradientCase {
  readonly op: StandardOp;
  /** What tells this case from the others of the op. */
  readonly name?: string;
  readonly inputs: readonly InputSpec[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Number of outputs. */
  readonly outputs?: number;
  /** Outputs the loss depends on; all float outputs by default. */
  readonly used?: readonly number[];
  /** Builds the outputs, in place of one node `op`. */
  readonly build?: (b: GraphBuilder, inputs: readonly (Value | undefined)[]) => readonly Value[];
  /** For an op without float64 kernel: the same function in ops that have one; `b` computes in float64. */
  readonly reference?: (b: GraphBuilder, inputs: readonly (Value | undefined)[]) => readonly Value[];
  /** For an element-wise op without float64 kernel: the same function of one element of each float input. */
  readonly formula?: (...x: number[]) => number;
  /** For an op without float64 kernel: the float inputs in which the op is linear (adjoint test). */
  readonly linear?: readonly number[];
  /** Largest error allowed in float32, where the default does not fit; say why. */
  readonly tolerance32?: number;
  /** The same in float64. */
  readonly tolerance64?: number;
  readonly opset?: number;
}

/**
 * Central differences over four points with step 1e-4 are off by about h⁴ = 1e-16 times the fifth derivative and by
 * ε/h = 2e-12 of the loss through rounding.
 */
const STEP = 1e-4;
const TOLERANCE_64 = 1e-8;
/** Float rounding, 6e-8, over the few dozen operations of a rule. */
const TOLERANCE_32 = 1e-5;

/**
 * A test: loss = Σ w·y with fixed random w over the float outputs, differentiated by every float input, in float32 and
 * (where ONNX Runtime has the kernels) float64, against the directional derivatives found by central differences in
 * float64 over random directions of each input.
 */
export function gradient(given: GradientCase): void {
  const dims = given.inputs.map((input) => (input === undefined ? '–' : `[${specDims(input).join(',')}]`)).join(' ');
  const attributes = Object.entries(given.attributes ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${String(value)}`]));
  const title = [given.op, given.name, dims, ...attributes].filter(Boolean).join(' ');
  it(title, async () => check(given, title));
}

async function check(given: GradientCase, title: string): Promise<void> {
  const values = given.inputs.map((input, index) => (input?.kind === 'float' ? drawn(input, `${given.op}:${index}`) : undefined));
  const wanted = given.inputs.flatMap((input, index) => (input?.kind === 'float' && !input.frozen ? [index] : []));
  const single = await prepare(given, 'float32');
  const double = await prepare(given, 'float64').catch((error: unknown) => (isNoKernel(error) ? undefined : Promise.reject(error as Error)));
  const forward = await forwardOf(given);
  try {
    const point = await single.evaluate(values);
    for (const index of wanted)
      expect(point.gradients.get(index)?.dims, `shape of the gradient by input ${index}`).toEqual(specDims(given.inputs[index] as InputSpec));
    // Some kernels refuse float64 only when they run.
    const exact = await double?.evaluate(values).catch((error: unknown) => (isNoKernel(error) ? undefined : Promise.reject(error as Error)));
    const reference = await forward?.evaluate(values);
    if (reference)
      expectClose(
        point.outputs.flatMap((y) => toNumbers(y)),
        reference.outputs.flatMap((y) => toNumbers(y)),
        title,
      );
    for (const index of wanted) {
      for (let trial = 0; trial < 3; trial++) {
        const direction = normals(sizeOf(specDims(given.inputs[index])), `${trial}`);
        const linear = given.linear?.includes(index) ?? false;
        if (!forward && !linear) throw new Error(`${given.op} has no float64 kernel: the case needs reference, formula or linear`);
        const loss = async (step: number): Promise<number> => (await (forward ?? single).evaluate(moved(values, index, direction, step))).loss;
        const numeric = forward ? await fourPoint(loss) : ((await loss(1)) - (await loss(-1))) / 2;
        const compare = (analytic: Tensor | undefined, oracle: Oracle, tolerance: number): void => {
          const products = toNumbers(analytic as Tensor).map((g, i) => g * (direction[i] as number));
          const sum = products.reduce((a, p) => a + p, 0);
          const scale = Math.hypot(...products) + 1e-3 * (1 + point.magnitude);
          const error = Math.abs(sum - numeric) / scale;
          expect(error, `${title}: input ${index}, direction ${trial}: ${sum} against ${numeric}`).toBeLessThan(tolerance);
          record({ op: given.op, case: title, oracle: products.length === 0 ? 'shapes' : oracle, error });
        };
        if (exact) compare(exact.gradients.get(index), 'differences64', given.tolerance64 ?? TOLERANCE_64);
        const oracle = !forward ? 'adjoint' : given.formula || given.reference ? 'formula64' : exact ? undefined : 'differences64';
        const tolerance = given.tolerance32 ?? TOLERANCE_32;
        if (oracle) compare(point.gradients.get(index), oracle, tolerance);
        else compareSilently(point.gradients.get(index), exact?.gradients.get(index), tolerance, title);
      }
    }
  } finally {
    await Promise.all([single.release(), double?.release(), forward?.release()]);
  }
}

/** Where a float64 gradient was compared, the float32 one need only agree with it. */
function compareSilently(single: Tensor | undefined, double: Tensor | undefined, tolerance: number, title: string): void {
  const expected = toNumbers(double as Tensor);
  const difference = Math.hypot(...toNumbers(single as Tensor).map((g, i) => g - (expected[i] as number)));
  expect(difference, `${title}: float32 against float64`).toBeLessThanOrEqual(tolerance * (1e-3 + Math.hypot(...expected)));
}

function expectClose(actual: readonly number[], expected: readonly number[], title: string): void {
  expect(actual.length, `${title}: outputs of the reference`).toBe(expected.length);
  const scale = Math.max(1, ...expected.filter(Number.isFinite).map(Math.abs));
  actual.forEach((y, i) => {
    const other = expected[i] as number;
    if (y === other || (Number.isNaN(y) && Number.isNaN(other))) return;
    expect(Math.abs(y - other), `${title}: output element ${i}, ${y} against ${other}`).toBeLessThan(1e-5 * scale);
  });
}

interface Point {
  readonly outputs: readonly Tensor[];
  /** Σ w·y, added up in float64. */
  readonly loss: number;
  /** Σ |w·y|, the size of what rounding acts on. */
  readonly magnitude: number;
  readonly gradients: ReadonlyMap<number, Tensor>;
}

interface Evaluator {
  evaluate(values: readonly (readonly number[] | undefined)[]): Promise<Point>;
  release(): Promise<void>;
}

/** The case as a compiled graph of outputs and gradients. */
async function prepare(given: GradientCase, precision: Precision): Promise<Evaluator> {
  const { b, inputs } = declare(given, precision);
  const ys = given.build?.(b, inputs) ?? b.outputs(given.op, inputs, given.attributes ?? {}, given.outputs ?? 1);
  const used = usedOutputs(given, ys);
  const parts = used.map((index) => {
    const y = ys[index] as Value;
    const weight = b.constant(fromNumbers(precision, y.dims, weightsOf(index, y.dims)));
    return b.reduceSum(b.mul(b.cast(y, precision), weight), [...y.dims.keys()], false);
  });
  const loss = parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts);
  const names = given.inputs.flatMap((input, index) => (input?.kind === 'float' && !input.frozen ? [`x${index}`] : []));
  const grads = differentiate(b, loss, names);
  const outputs = [...ys, ...grads.values()];
  // An output must not be an input, nor named twice.
  const published = outputs.map((value) => b.op('Identity', [value]));
  const compiled = await compile(b.model(published));
  return evaluator(given, compiled, published, ys, used, precision);
}

/** The function itself in float64: a formula, a reference graph, or the op. */
async function forwardOf(given: GradientCase): Promise<Evaluator | undefined> {
  if (given.formula) return formulaEvaluator(given, given.formula);
  const { b, inputs } = declare(given, 'float64');
  try {
    const build = given.reference ?? given.build;
    const ys = build?.(b, inputs) ?? b.outputs(given.op, inputs, given.attributes ?? {}, given.outputs ?? 1);
    const published = ys.map((value) => b.op('Identity', [value]));
    const compiled = await compile(b.model(published));
    return evaluator(given, compiled, published, ys, usedOutputs(given, ys), 'float64');
  } catch (error) {
    if (isNoKernel(error)) return undefined;
    throw error;
  }
}

function declare(given: GradientCase, precision: Precision): { b: GraphBuilder; inputs: (Value | undefined)[] } {
  const b = new GraphBuilder(given.opset ?? 21);
  const inputs = given.inputs.map((input, index) => {
    if (input === undefined) return undefined;
    const name = `x${index}`;
    if (input.kind === 'float' && input.frozen) return b.initializer(name, fromNumbers(precision, input.dims, drawn(input, `${given.op}:${index}`)));
    if (input.kind === 'float') return b.input(name, precision, input.dims);
    return input.kind === 'constant' ? b.initializer(name, input.tensor) : b.input(name, input.tensor.type, input.tensor.dims);
  });
  return { b, inputs };
}

function evaluator(
  given: GradientCase,
  compiled: Compiled,
  published: readonly Value[],
  ys: readonly Value[],
  used: readonly number[],
  precision: Precision,
): Evaluator {
  const wanted = given.inputs.flatMap((input, index) => (input?.kind === 'float' && !input.frozen ? [index] : []));
  return {
    release: () => compiled.release(),
    evaluate: async (values) => {
      const feeds: Record<string, Tensor> = {};
      given.inputs.forEach((input, index) => {
        if (input?.kind === 'feed') feeds[`x${index}`] = input.tensor;
        if (input?.kind === 'float' && !input.frozen) feeds[`x${index}`] = fromNumbers(precision, input.dims, values[index] as number[]);
      });
      const results = await compiled.run(feeds);
      const all = published.map((value) => results.get(value.name) as Tensor);
      const outputs = used.map((index) => all[index] as Tensor);
      const terms = outputs.flatMap((y, k) => weighted(toNumbers(y), weightsOf(used[k] as number, y.dims)));
      return { outputs, ...summed(terms), gradients: new Map(wanted.map((index, k) => [index, all[ys.length + k] as Tensor])) };
    },
  };
}

function formulaEvaluator(given: GradientCase, formula: (...x: number[]) => number): Evaluator {
  const operands = given.inputs.flatMap((input, index) => (input?.kind === 'float' ? [{ index, dims: input.dims }] : []));
  const dims = operands.reduce<readonly number[]>((a, { dims: other }) => broadcast(a, other), []);
  return {
    release: async () => {},
    evaluate: async (values) => {
      const columns = operands.map(({ index, dims: own }) => expanded(values[index] as readonly number[], own, dims));
      const numbers = Array.from({ length: sizeOf(dims) }, (_, i) => formula(...columns.map((column) => column[i] as number)));
      return { outputs: [fromNumbers('float64', dims, numbers)], ...summed(weighted(numbers, weightsOf(0, dims))), gradients: new Map() };
    },
  };
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    return left === 1 ? (b[i - rank + b.length] ?? 1) : left;
  });
}

function expanded(values: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  return Array.from({ length: sizeOf(to) }, (_, flat) => {
    let rest = flat;
    let source = 0;
    let stride = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const position = rest % (to[axis] as number);
      rest = Math.floor(rest / (to[axis] as number));
      const dim = from[axis - to.length + from.length] ?? 1;
      if (dim !== 1) source += position * stride;
      stride *= dim;
    }
    return values[source] as number;
  });
}

function usedOutputs(given: GradientCase, ys: readonly Value[]): readonly number[] {
  return given.used ?? ys.flatMap((y, index) => (y.type.startsWith('float') ? [index] : []));
}

function specDims(input: InputSpec): readonly number[] {
  return input === undefined ? [] : input.kind === 'float' ? input.dims : input.tensor.dims;
}

/** The numbers of an input, representable in float32 so that both precisions see the same point. */
function drawn(input: FloatInput, stream: string): number[] {
  const random = new Random(1, stream);
  const values = input.values ?? Array.from({ length: sizeOf(input.dims) }, () => random.uniform(input.low, input.high));
  return values.map(Math.fround);
}

function weightsOf(output: number, dims: readonly number[]): number[] {
  const random = new Random(2, output);
  return Array.from({ length: sizeOf(dims) }, () => Math.fround(random.uniform(-1, 1)));
}

function normals(count: number, stream: string): number[] {
  const random = new Random(3, stream);
  return Array.from({ length: count }, () => Math.fround(random.normal()));
}

function moved(
  values: readonly (readonly number[] | undefined)[],
  index: number,
  direction: readonly number[],
  step: number,
): (readonly number[] | undefined)[] {
  return values.map((row, i) => (i === index ? row?.map((x, k) => x + step * (direction[k] as number)) : row));
}

async function fourPoint(loss: (step: number) => Promise<number>): Promise<number> {
  const near = (await loss(STEP)) - (await loss(-STEP));
  const far = (await loss(2 * STEP)) - (await loss(-2 * STEP));
  return (8 * near - far) / (12 * STEP);
}

function weighted(y: readonly number[], w: readonly number[]): number[] {
  return y.map((value, i) => value * (w[i] as number));
}

function summed(terms: readonly number[]): { loss: number; magnitude: number } {
  return { loss: terms.reduce((a, t) => a + t, 0), magnitude: terms.reduce((a, t) => a + Math.abs(t), 0) };
}
