import { type Code, compileFunction, getLocal, loop, setLocal, unsigned, WASM_PAGE } from '../../core/index.js';
import type { Floats } from './optimizer.js';

/** Instructions that leave a vector of numbers on the stack. */
export type Expression = Code;

/** Where a result goes. */
type Target = (value: Expression) => Code;

const simd = (code: number): number[] => [0xfd, ...unsigned(code)];
const unary =
  (code: number) =>
  (x: Expression): Expression => [...x, ...simd(code)];
const binary =
  (code: number) =>
  (a: Expression, b: Expression): Expression => [...a, ...b, ...simd(code)];

const and = binary(0x4e);
const ZEROS: Expression = [...simd(0x0c), ...new Array<number>(16).fill(0)];

/** Vector instructions by the numbers they are about. */
const INSTRUCTIONS = {
  f32: { splat: 0x13, sqrt: 0xe3, add: 0xe4, sub: 0xe5, mul: 0xe6, div: 0xe7, max: 0xe9, lt: 0x43, gt: 0x44 },
  f64: { splat: 0x14, sqrt: 0xef, add: 0xf0, sub: 0xf1, mul: 0xf2, div: 0xf3, max: 0xf5, lt: 0x49, gt: 0x4a },
} as const;
type NumberType = keyof typeof INSTRUCTIONS;

/** What the instructions of a kernel can be about. */
export interface Names<Scalar extends string> {
  readonly array: (index: number) => Expression;
  readonly scalar: (name: Scalar) => Expression;
  readonly local: (index: number) => Expression;
  readonly toArray: (index: number) => Target;
  readonly toLocal: (index: number) => Target;
  readonly add: (a: Expression, b: Expression) => Expression;
  readonly sub: (a: Expression, b: Expression) => Expression;
  readonly mul: (a: Expression, b: Expression) => Expression;
  readonly div: (a: Expression, b: Expression) => Expression;
  readonly sqrt: (x: Expression) => Expression;
  /** NaN stays NaN. */
  readonly atLeastZero: (x: Expression) => Expression;
  /** `size` where `x` is above 0, −`size` where it is below, else 0. */
  readonly signed: (size: Expression, x: Expression) => Expression;
}

export interface KernelSpec<Scalar extends string> {
  readonly arrays: number;
  readonly scalars: readonly Scalar[];
  readonly locals: number;
  /** Arrays that change. */
  readonly changes: readonly number[];
  /** What is done for each vector of numbers. */
  readonly body: (names: Names<Scalar>) => readonly Code[];
}

/** Changes arrays of one type and length in place. */
export type Kernel<Scalar extends string> = (arrays: readonly Floats[], scalars: Readonly<Record<Scalar, number>>) => void;

/** Element-wise work in WebAssembly: on four float32 numbers at a time, or two of float64. Compiled for each of these when it first occurs. */
export function compileKernel<Scalar extends string>(spec: KernelSpec<Scalar>): Kernel<Scalar> {
  const compiled: Partial<Record<NumberType, Kernel<Scalar>>> = {};
  return (arrays, scalars) => {
    const type = arrays[0] instanceof Float64Array ? 'f64' : 'f32';
    compiled[type] ??= compileFor(type, spec);
    compiled[type](arrays, scalars);
  };
}

/** The numbers of each array that are computed at a time take one page: those of all arrays fit a processor's nearest memory. */
function compileFor<Scalar extends string>(type: NumberType, spec: KernelSpec<Scalar>): Kernel<Scalar> {
  const { memory, run } = compileFunction({
    parameters: ['i32', ...spec.scalars.map(() => type)],
    locals: ['i32', ...spec.scalars.map(() => 'v128' as const), ...new Array<'v128'>(spec.locals).fill('v128')],
    pages: spec.arrays,
    code: instructions(type, spec),
  });
  const Numbers = { f32: Float32Array, f64: Float64Array }[type];
  const chunk = WASM_PAGE / Numbers.BYTES_PER_ELEMENT;
  const places = Array.from({ length: spec.arrays }, (_, i) => new Numbers(memory.buffer, i * WASM_PAGE, chunk));
  return (arrays, scalars) => {
    const length = arrays[0]?.length ?? 0;
    const values = spec.scalars.map((name) => scalars[name]);
    for (let start = 0; start < length; start += chunk) {
      const count = Math.min(chunk, length - start);
      for (const [i, array] of arrays.entries()) places[i]?.set(array.subarray(start, start + count));
      run(count * Numbers.BYTES_PER_ELEMENT, ...values);
      for (const i of spec.changes) arrays[i]?.set((places[i] as Floats).subarray(0, count), start);
    }
  };
}

/** Parameters are the bytes of each array and the scalars; locals the place in the arrays, the scalars as vectors, and the spec's. */
function instructions<Scalar extends string>(type: NumberType, { scalars, body }: KernelSpec<Scalar>): Code {
  const code = INSTRUCTIONS[type];
  const place = scalars.length + 1;
  const vector = (index: number): number => place + 1 + index;
  const address = (index: number): number[] => [4, ...unsigned(index * WASM_PAGE)];
  const [sub, max, lt, gt] = [binary(code.sub), binary(code.max), binary(code.lt), binary(code.gt)];
  const names: Names<Scalar> = {
    array: (index) => [...getLocal(place), ...simd(0x00), ...address(index)],
    scalar: (name) => getLocal(vector(scalars.indexOf(name))),
    local: (index) => getLocal(vector(scalars.length + index)),
    toArray: (index) => (value) => [...getLocal(place), ...value, ...simd(0x0b), ...address(index)],
    toLocal: (index) => (value) => setLocal(vector(scalars.length + index), value),
    add: binary(code.add),
    sub,
    mul: binary(code.mul),
    div: binary(code.div),
    sqrt: unary(code.sqrt),
    atLeastZero: (x) => max(ZEROS, x),
    signed: (size, x) => sub(and(size, gt(x, ZEROS)), and(size, lt(x, ZEROS))),
  };
  const splats = scalars.flatMap((_, i) => setLocal(vector(i), unary(code.splat)(getLocal(1 + i))));
  return [...splats, ...loop(place, 16, getLocal(0), body(names).flat())];
}
