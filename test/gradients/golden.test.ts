import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type DataType, fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { differentiate, rules } from '../../src/engine/autodiff/index.js';
import {
  type AttributeValue,
  attributes,
  GraphBuilder,
  MODERN_OPSET,
  type Model,
  type StandardOp,
  specialise,
  staticTypes,
  upgradeModel,
  type Value,
} from '../../src/engine/graph/index.js';
import { record } from './record.js';
import { run } from './run.js';

/** A tensor of the golden file: all values, or some of them with the norm and the product with a random tensor. */
interface Stored {
  readonly indices?: readonly number[];
  readonly values: readonly number[];
  readonly norm?: number;
  readonly projection?: number;
}

interface Input {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: DataType;
  readonly values?: readonly number[];
  readonly stream: string;
  readonly low: number;
  readonly high: number;
}

interface GoldenCase {
  readonly name: string;
  readonly op: StandardOp;
  readonly opset: number;
  readonly attrs: Readonly<Record<string, AttributeValue>>;
  readonly inputs: readonly (Input | null)[];
  readonly outputs: readonly (({ readonly dims: readonly number[]; readonly upstream: string } & Stored) | 'unused' | null)[];
  readonly gradients: Readonly<Record<string, Stored>>;
}

const text = gunzipSync(readFileSync(join(import.meta.dirname, '../golden/ops.json.gz'))).toString();
const golden = JSON.parse(text) as { seed: number; cases: GoldenCase[] };

/** Float rounding over the few hundred terms of the largest sums; relative to the norm of the gradient. */
const TOLERANCE = 1e-5;

function drawn(stream: string, dims: readonly number[], low: number, high: number): Tensor {
  const random = new Random(golden.seed, stream);
  return fromNumbers(
    'float32',
    dims,
    Array.from({ length: sizeOf(dims) }, () => random.uniform(low, high)),
  );
}

const tensorOf = (input: Input): Tensor =>
  input.values ? fromNumbers(input.type, input.dims, input.values) : drawn(input.stream, input.dims, input.low, input.high);

/** The one node of a case, in the opset it was written for. */
function modelOf({ op, opset, attrs, inputs, outputs }: GoldenCase): Model {
  const given = inputs.flatMap((input) => (input ? [input] : []));
  const info = (name: string, type: DataType | 'unknown', dims?: readonly number[]) => ({ name, type: { kind: 'tensor', type, dims } }) as const;
  const names = outputs.map((output, index) => (output === null ? '' : `y${index}`));
  return {
    irVersion: 10,
    producer: { name: '', version: '' },
    opsets: new Map([['', opset]]),
    metadata: new Map(),
    functions: [],
    graph: {
      name: 'op',
      nodes: [{ name: 'node', op, domain: '', inputs: inputs.map((input) => input?.name ?? ''), outputs: names, attributes: attributes(attrs) }],
      inputs: given.filter((input) => input.values === undefined).map(({ name, type, dims }) => info(name, type, dims)),
      outputs: names.filter((name) => name !== '').map((name) => info(name, 'unknown')),
      initializers: new Map(given.filter((input) => input.values !== undefined).map((input) => [input.name, tensorOf(input)])),
      valueInfo: new Map(),
    },
  };
}

/** loss = Σ upstream · y, differentiated by the inputs that have a gradient in the file. */
async function gradientsOf(entry: GoldenCase): Promise<ReadonlyMap<string, Tensor>> {
  const model = upgradeModel(modelOf(entry));
  const opset = model.opsets.get('') ?? MODERN_OPSET;
  const graph = specialise(model.graph, opset);
  const b = GraphBuilder.from(graph, staticTypes(graph), opset);
  const parts = entry.outputs.flatMap((output, index): Value[] => {
    if (output === null || output === 'unused') return [];
    const y = b.value(`y${index}`);
    const product = b.mul(y, b.constant(drawn(output.upstream, output.dims, -1, 1)));
    return [b.reduceSum(product, [...y.dims.keys()], false)];
  });
  const loss = parts.length === 1 ? (parts[0] as Value) : b.op('Sum', parts);
  const found = differentiate(b, loss, Object.keys(entry.gradients));
  const feeds = Object.fromEntries(entry.inputs.flatMap((input) => (input && input.values === undefined ? [[input.name, tensorOf(input)]] : [])));
  const results = await run(b.model([...new Set(found.values())]), feeds);
  return new Map([...found].map(([name, value]) => [name, results.get(value.name) as Tensor]));
}

/** The largest of the errors of the values and of the projection, relative to the gradient's norm. */
function errorOf(actual: Tensor, expected: Stored, probe: string): number {
  const all = toNumbers(actual);
  const values = (expected.indices ?? [...all.keys()]).map((index) => all[index] as number);
  const scale = Math.hypot(...expected.values) + 1e-6;
  const direct = Math.hypot(...values.map((value, i) => value - (expected.values[i] as number))) / scale;
  if (expected.projection === undefined || expected.norm === undefined) return direct;
  const random = toNumbers(drawn(probe, actual.dims, -1, 1));
  const projection = all.reduce((sum, value, i) => sum + value * (random[i] as number), 0);
  return Math.max(direct, Math.abs(projection - expected.projection) / (expected.norm + 1e-6));
}

describe('gradients of PyTorch in double precision', () => {
  for (const entry of golden.cases) {
    it.skipIf(rules[entry.op] === 'missing')(`${entry.op} ${entry.name}`, async () => {
      const found = await gradientsOf(entry);
      for (const [name, expected] of Object.entries(entry.gradients)) {
        const actual = found.get(name) as Tensor;
        const error = errorOf(actual, expected, `${entry.name}:probe:gradient:${name}`);
        expect(error, `${entry.name}, gradient by ${name}`).toBeLessThan(TOLERANCE);
        record({ op: entry.op, case: entry.name, oracle: 'torch64', error });
      }
    });
  }
});
