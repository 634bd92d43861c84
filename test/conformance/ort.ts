import * as ort from 'onnxruntime-node';
import { type DataType, toNumbers } from '../../src/core/index.js';
import type { Stored } from './tensor-file.js';

/** A result that is not the stored one, or that could not be had. */
export class Mismatch extends Error {}

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 4,
  graphOptimizationLevel: 'disabled',
};

export type Results = Readonly<Record<string, ort.Tensor>>;

/** Runs a model once per data set. @throws what ONNX Runtime throws */
export async function runModel(bytes: Uint8Array, inputs: readonly (readonly Stored[])[]): Promise<Results[]> {
  const session = await ort.InferenceSession.create(bytes, options);
  try {
    const results: Results[] = [];
    for (const stored of inputs) {
      const feeds: Record<string, ort.Tensor> = {};
      stored.forEach((value, index) => {
        feeds[session.inputNames.includes(value.name) ? value.name : (session.inputNames[index] ?? value.name)] = toOrt(value);
      });
      results.push((await session.run(feeds)) as Results);
    }
    return results;
  } finally {
    await session.release();
  }
}

function toOrt(value: Stored): ort.Tensor {
  if ('strings' in value) return new ort.Tensor('string', [...value.strings], [...value.dims]);
  const { type, dims, data } = value.tensor;
  return new ort.Tensor(type as 'float32', data as Float32Array, [...dims]);
}

/** Tolerances of the ONNX backend test suite. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

/** @throws Mismatch when `results` are not the stored ones, to rounding. */
export function compare(results: Results, expected: readonly (Stored | undefined)[], names: readonly string[]): void {
  expected.forEach((stored, index) => {
    const name = names[index] ?? '';
    const actual = results[name];
    if (!stored || !actual) throw new Mismatch(`output "${name}" is missing`);
    compareOne(actual, stored, name);
  });
}

function compareOne(actual: ort.Tensor, stored: Stored, name: string): void {
  const dims = 'strings' in stored ? stored.dims : stored.tensor.dims;
  if (actual.dims.join() !== dims.join()) throw new Mismatch(`output "${name}" has shape [${actual.dims}] instead of [${dims}]`);
  if ('strings' in stored) {
    if (JSON.stringify(actual.data) !== JSON.stringify(stored.strings)) throw new Mismatch(`output "${name}" differs`);
    return;
  }
  if (actual.type !== stored.tensor.type) throw new Mismatch(`output "${name}" is ${actual.type} instead of ${stored.tensor.type}`);
  const got = numbersOf(actual);
  const wanted = toNumbers(stored.tensor);
  for (let i = 0; i < wanted.length; i++) {
    const [a, b] = [got[i] as number, wanted[i] as number];
    const equal = Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.abs(b);
    if (!equal) throw new Mismatch(`output "${name}" differs at ${i}: ${a} instead of ${b}`);
  }
}

function numbersOf(tensor: ort.Tensor): number[] {
  const data =
    tensor.type === 'float16'
      ? new Uint16Array((tensor.data as Uint16Array).buffer, (tensor.data as Uint16Array).byteOffset, tensor.size)
      : tensor.data;
  return toNumbers({ type: tensor.type as DataType, dims: tensor.dims, data: data as Float32Array });
}

/** Whether two runs gave the same bytes. */
export function sameResults(a: Results, b: Results | undefined): boolean {
  return Object.entries(a).every(([name, tensor]) => JSON.stringify(plain(tensor)) === JSON.stringify(b?.[name] && plain(b[name])));
}

function plain(tensor: ort.Tensor): object {
  return { type: tensor.type, dims: tensor.dims, data: Array.from(tensor.data as ArrayLike<unknown>, String) };
}
