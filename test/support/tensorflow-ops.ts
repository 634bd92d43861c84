import { readFileSync } from 'node:fs';
import { gunzipSync, unzipSync } from 'fflate';
import { memoryFolder } from '../../src/bases/hub/index.js';
import type { TfGraph } from '../../src/bases/importers/tensorflow/graph.js';
import { readGraphDef } from '../../src/bases/importers/tensorflow/read/index.js';
import { type DataType, fromNumbers, isFloat, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';

/** Numbers as JSON has them; the others as text. */
type Stored = number | 'nan' | 'inf' | '-inf';

type OpsInput = { readonly name: string; readonly type: DataType; readonly shape: readonly number[] } & (
  | { readonly values: readonly Stored[] }
  | { readonly low: number; readonly high: number }
);

interface OpsOutput {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly values: readonly Stored[];
}

/** An operator with some attributes, and what TensorFlow computes, as bench/oracles/tensorflow_ops.py writes it. */
export interface OpsCase {
  /** `OP/CASE`; the graph is in `OP.pb`. */
  readonly name: string;
  readonly inputs: readonly OpsInput[];
  readonly outputs: readonly OpsOutput[];
  /** Where it differs from that of all others, with a reason. */
  readonly tolerance?: number;
  readonly reason?: string;
}

const folder = new URL('../tensorflow/', import.meta.url);
const golden = JSON.parse(new TextDecoder().decode(gunzipSync(readFileSync(new URL('ops.json.gz', folder))))) as {
  readonly seed: number;
  readonly cases: readonly OpsCase[];
};
const graphs = memoryFolder(unzipSync(readFileSync(new URL('ops.zip', folder))));

export const opsCases: readonly OpsCase[] = golden.cases;

export async function opsGraph({ name, outputs }: OpsCase): Promise<TfGraph> {
  const { graph } = await readGraphDef(graphs, `${name.split('/')[0]}.pb`, outputs.map((output) => output.name).join());
  return graph;
}

/** The inputs of a case: given numbers, or the stream `input:NAME` of the seed. */
export function opsInputs({ inputs }: OpsCase): Record<string, Tensor> {
  return Object.fromEntries(inputs.map((input) => [input.name, fromNumbers(input.type, input.shape, numbersOf(input))]));
}

function numbersOf(input: OpsInput): number[] {
  if ('values' in input) return input.values.map(numberOf);
  const random = new Random(golden.seed, `input:${input.name}`);
  const numbers = Array.from({ length: sizeOf(input.shape) }, () => random.uniform(input.low, input.high));
  return isFloat(input.type) ? numbers.map(Math.fround) : numbers.map(Math.floor);
}

function numberOf(value: Stored): number {
  return typeof value === 'number' ? value : value === 'nan' ? Number.NaN : value === 'inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** The largest difference between what TensorFlow and ONNX Runtime computed, as a share of the largest value where that is above 1; NaN where shapes differ. */
export function differenceOf({ values, shape }: OpsOutput, found: Tensor | undefined): number {
  if (found?.dims.join() !== shape.join()) return Number.NaN;
  const expected = values.map(numberOf);
  const scale = expected.filter(Number.isFinite).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const differences = toNumbers(found).map((value, i) => (Object.is(value, expected[i]) ? 0 : Math.abs(value - (expected[i] ?? Number.NaN))));
  return differences.reduce((most, difference) => (Number.isNaN(difference) ? Number.NaN : Math.max(most, difference)), 0) / scale;
}
