import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { float32, fromNumbers, Random, sizeOf, type Tensor, zeros } from '../../src/core/index.js';
import { ModelProtoSchema } from '../../src/engine/graph/generated/onnx_pb.js';
import { type Model, readModel } from '../../src/engine/graph/index.js';

const ROOT = new URL('../golden/', import.meta.url);

interface Fill {
  readonly name: string;
  readonly dims: readonly number[];
  readonly low: number;
  readonly high: number;
}

interface GoldenInput extends Fill {
  readonly stream: string;
  readonly type: 'float32' | 'int64';
  readonly kind: 'uniform' | 'integer' | 'mask';
  readonly lengths?: readonly number[];
}

/** What a script in bench/oracles/ wrote: a graph without weights, and what PyTorch computed in float64. */
export interface Golden {
  readonly name: string;
  readonly seed: number;
  /** Where the graph was exported, by version. */
  readonly versions: Readonly<Record<'torch' | 'onnx' | 'onnxruntime', string>>;
  readonly opset: number;
  readonly spec: Record<string, unknown> & { readonly task: string; readonly training: Record<string, unknown> & { readonly batchSize: number } };
  readonly fills: readonly Fill[];
  readonly inputs: readonly GoldenInput[];
  readonly labels: readonly number[] | GoldenInput;
  readonly steps: number;
  readonly losses: readonly number[];
  readonly untrained: readonly number[];
  /** The largest difference between the two. */
  readonly effect: number;
  /** The worst relative error of PyTorch's own gradients in single precision. */
  readonly fp32GradientDrift: number;
  readonly gradients: readonly {
    readonly name: string;
    readonly dims: readonly number[];
    readonly norm: number;
    readonly indices: readonly number[];
    readonly values: readonly number[];
    /** Relative change when all weights move by a rounding error. */
    readonly sensitivity?: number;
  }[];
}

/** Models of more parameters than this are left to `npm run coverage`. */
const FULL_SIZE = 500_000;

/** Whether a golden model is a real network rather than a tiny relative of one. */
export function isFullSize(golden: Golden): boolean {
  return parameterCount(golden) > FULL_SIZE;
}

/** Elements of all parameters and statistics. */
export function parameterCount({ fills }: Golden): number {
  return fills.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
}

export function goldenNames(): string[] {
  return readdirSync(ROOT).filter((name) => existsSync(new URL(`${name}/golden.json`, ROOT)) && existsSync(new URL(`${name}/model.onnx`, ROOT)));
}

export function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name}/golden.json`, ROOT), 'utf8'));
}

/** The golden file's graph with its weights drawn by the documented generator, as ONNX bytes. */
export function goldenModelBytes(golden: Golden): Uint8Array {
  return filledModelBytes(golden, (fill) => uniform(golden.seed, fill.name, fill));
}

function filledModelBytes({ name, fills }: Golden, tensorOf: (fill: Fill) => Tensor): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, readFileSync(new URL(`${name}/model.onnx`, ROOT)));
  const known = new Map(fills.map((fill) => [fill.name, fill]));
  for (const entry of proto.graph?.initializer ?? []) {
    const fill = known.get(entry.name);
    if (fill && entry.rawData.length === 0) entry.rawData = new Uint8Array(tensorOf(fill).data.buffer as ArrayBuffer);
  }
  return toBinary(ModelProtoSchema, proto);
}

/** The golden file's graph with weights of zero, which takes no time to make: for tests that only look at the graph. */
export function goldenGraph(golden: Golden): Model {
  return readModel(filledModelBytes(golden, ({ dims }) => zeros('float32', dims)));
}

export function goldenModel(golden: Golden): Model {
  return readModel(goldenModelBytes(golden));
}

function uniform(seed: number, stream: string, { dims, low, high }: Fill): Tensor {
  const random = new Random(seed, stream);
  const values = new Float32Array(sizeOf(dims));
  for (let i = 0; i < values.length; i++) values[i] = random.uniform(low, high);
  return float32(dims, values);
}

/** All inputs of the golden data, `[N, …]` each, named after the graph's inputs. */
export function goldenInputs(golden: Golden): Record<string, Tensor> {
  return Object.fromEntries(golden.inputs.map((input) => [input.name, inputTensor(golden.seed, input)]));
}

function inputTensor(seed: number, input: GoldenInput): Tensor {
  if (input.kind === 'uniform') return uniform(seed, input.stream, input);
  const size = sizeOf(input.dims);
  const width = input.dims[1] as number;
  const random = new Random(seed, input.stream);
  const integer = (): number => input.low + Math.floor(random.uniform() * (input.high - input.low));
  const values =
    input.kind === 'integer'
      ? Array.from({ length: size }, integer)
      : (input.lengths as number[]).flatMap((length) => Array.from({ length: width }, (_, i) => (i < length ? 1 : 0)));
  return { type: 'int64', dims: input.dims, data: BigInt64Array.from(values, BigInt) };
}

/** Class indices `[N]`, or rows of target values. */
export function goldenLabels({ seed, labels }: Golden): readonly number[] | readonly (readonly number[])[] {
  if (!('dims' in labels)) return labels;
  const { data, dims } = inputTensor(seed, labels);
  const [rows = 0, width = 1] = dims;
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * width, (row + 1) * width) as Float32Array, Number));
}

/** The labels as a data file holds them: int64 `[N]`, or float32 `[N, K]`. */
export function goldenTarget(golden: Golden): Tensor {
  const labels = goldenLabels(golden);
  const values = labels.flat() as number[];
  return golden.spec.task === 'tensor-classification'
    ? fromNumbers('int64', [labels.length], values)
    : fromNumbers('float32', [labels.length, values.length / labels.length], values);
}
