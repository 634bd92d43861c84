import { type Code, compileFunction, getLocal, loop, setLocal, unsigned, WASM_PAGE } from '../../core/index.js';

/** Instructions that leave four numbers on the stack. */
type Expression = Code;

/** Where a result goes. */
type Target = (value: Expression) => Code;

const simd = (code: number): number[] => [0xfd, ...unsigned(code)];

const binary =
  (code: number) =>
  (a: Expression, b: Expression): Expression => [...a, ...b, ...simd(code)];

export const add = binary(0xe4);
export const sub = binary(0xe5);
export const mul = binary(0xe6);
export const div = binary(0xe7);
export const sqrt = (x: Expression): Expression => [...x, ...simd(0xe3)];

/** Numbers of each array that are computed at a time: those of all arrays fit a processor's nearest memory, and each takes one page. */
const CHUNK = WASM_PAGE / Float32Array.BYTES_PER_ELEMENT;

/** What the instructions of a kernel can be about. */
export interface Names<Scalar extends string> {
  readonly array: (index: number) => Expression;
  readonly scalar: (name: Scalar) => Expression;
  readonly local: (index: number) => Expression;
  readonly toArray: (index: number) => Target;
  readonly toLocal: (index: number) => Target;
}

interface KernelSpec<Scalar extends string> {
  readonly arrays: number;
  readonly scalars: readonly Scalar[];
  readonly locals: number;
  /** Arrays that change. */
  readonly changes: readonly number[];
  /** What is done for each four elements. */
  readonly body: (names: Names<Scalar>) => readonly Code[];
}

/** Changes arrays of one length in place. */
export type Kernel<Scalar extends string> = (arrays: readonly Float32Array[], scalars: Readonly<Record<Scalar, number>>) => void;

/** Element-wise work on float32 numbers in WebAssembly, four at a time. */
export function compileKernel<Scalar extends string>(spec: KernelSpec<Scalar>): Kernel<Scalar> {
  const { memory, run } = compileFunction({
    parameters: ['i32', ...spec.scalars.map(() => 'f32' as const)],
    locals: ['i32', ...spec.scalars.map(() => 'v128' as const), ...new Array<'v128'>(spec.locals).fill('v128')],
    pages: spec.arrays,
    code: instructions(spec),
  });
  const places = Array.from({ length: spec.arrays }, (_, i) => new Float32Array(memory.buffer, i * WASM_PAGE, CHUNK));
  return (arrays, scalars) => {
    const length = arrays[0]?.length ?? 0;
    const values = spec.scalars.map((name) => scalars[name]);
    for (let start = 0; start < length; start += CHUNK) {
      const count = Math.min(CHUNK, length - start);
      for (const [i, array] of arrays.entries()) places[i]?.set(array.subarray(start, start + count));
      run(count * Float32Array.BYTES_PER_ELEMENT, ...values);
      for (const i of spec.changes) arrays[i]?.set((places[i] as Float32Array).subarray(0, count), start);
    }
  };
}

/** Parameters are the bytes of each array and the scalars; locals the place in the arrays, the scalars as vectors, and the spec's. */
function instructions<Scalar extends string>({ scalars, body }: KernelSpec<Scalar>): Code {
  const place = scalars.length + 1;
  const vector = (index: number): number => place + 1 + index;
  const address = (index: number): number[] => [4, ...unsigned(index * WASM_PAGE)];
  const names: Names<Scalar> = {
    array: (index) => [...getLocal(place), ...simd(0x00), ...address(index)],
    scalar: (name) => getLocal(vector(scalars.indexOf(name))),
    local: (index) => getLocal(vector(scalars.length + index)),
    toArray: (index) => (value) => [...getLocal(place), ...value, ...simd(0x0b), ...address(index)],
    toLocal: (index) => (value) => setLocal(vector(scalars.length + index), value),
  };
  const splats = scalars.flatMap((_, i) => setLocal(vector(i), [...getLocal(1 + i), ...simd(0x13)]));
  return [...splats, ...loop(place, 16, getLocal(0), body(names).flat())];
}
