/**
 * Small loops in WebAssembly, for what JavaScript has no operations for: vectors of float32, products of 64 bits. A module is written here, as the few
 * bytes it takes, from instructions in bytes. Source: WebAssembly Core Specification 2.0, https://www.w3.org/TR/wasm-core-2/
 */

/** Instructions, one after the other. */
export type Code = readonly number[];

/** Numbers of its types. */
const WASM_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;
type WasmType = keyof typeof WASM_TYPES;

export const WASM_PAGE = 65536;

interface FunctionSpec {
  readonly parameters: readonly WasmType[];
  /** Numbered on from the parameters. */
  readonly locals: readonly WasmType[];
  /** Pages of memory. */
  readonly pages: number;
  readonly code: Code;
}

/** A function without result, and the memory that it works on. */
export interface WasmFunction {
  readonly memory: WebAssembly.Memory;
  readonly run: (...parameters: number[]) => void;
}

export function compileFunction({ parameters, locals, pages, code }: FunctionSpec): WasmFunction {
  const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
  const section = (id: number, ...items: readonly (readonly number[])[]): number[] => sized(vector(items), id);
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const types = (list: readonly WasmType[]): number[] => vector(list.map((type) => [WASM_TYPES[type]]));
  const body = [...vector(locals.map((type) => [1, WASM_TYPES[type]])), ...code, 0x0b];
  const bytes = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, ...types(parameters), 0]),
    ...section(3, [0]),
    ...section(5, [0, ...unsigned(pages)]),
    ...section(7, [...name('memory'), 2, 0], [...name('run'), 0, 0]),
    ...section(10, sized(body)),
  ];
  return new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports as unknown as WasmFunction;
}

function sized(bytes: readonly number[], ...head: readonly number[]): number[] {
  return [...head, ...unsigned(bytes.length), ...bytes];
}

/** Unsigned LEB128 of a whole number below 2³². */
export function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** Signed LEB128. */
function signed(value: bigint): number[] {
  const [low, rest] = [Number(value & 0x7fn), value >> 7n];
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

export const getLocal = (index: number): Code => [0x20, ...unsigned(index)];
export const setLocal = (index: number, value: Code): Code => [...value, 0x21, ...unsigned(index)];
export const i32 = (value: number): Code => [0x41, ...signed(BigInt(value | 0))];
export const i64 = (value: number): Code => [0x42, ...signed(BigInt(value))];

/** Does `body`, adds `step` to local `counter` (i32), and does it again while that is below `end`, which is unsigned. */
export function loop(counter: number, step: number, end: Code, body: Code): Code {
  return [0x03, 0x40, ...body, ...getLocal(counter), ...i32(step), 0x6a, 0x22, ...unsigned(counter), ...end, 0x49, 0x0d, 0, 0x0b];
}
