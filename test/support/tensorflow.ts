import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { type HubFolder, memoryFolder } from '../../src/bases/hub/index.js';
import type { TfFunction, TfGraph } from '../../src/bases/importers/tensorflow/graph.js';
import { fromNumbers, Random, sizeOf, type Tensor } from '../../src/core/index.js';

/** An input of a case: its numbers are the stream `input:NAME` of the golden file's seed, between `low` and `high`. */
export interface TfInput {
  readonly name: string;
  readonly type: 'float32' | 'int32' | 'int64';
  readonly shape: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** A model that TensorFlow wrote and what it computes with it, as bench/oracles/tensorflow_saved.py writes it. */
export interface TfCase {
  readonly entry: string;
  readonly signature?: string;
  readonly inputs: readonly TfInput[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: readonly number[] }[];
  /** The first elements of variables, by name. */
  readonly variables?: Readonly<Record<string, readonly number[]>>;
}

const folder = new URL('../tensorflow/', import.meta.url);
const golden = JSON.parse(readFileSync(new URL('golden.json', folder), 'utf8')) as { seed: number; cases: Readonly<Record<string, TfCase>> };

export const tfCases: readonly (readonly [name: string, golden: TfCase])[] = Object.entries(golden.cases);

export function tfCase(name: string): TfCase {
  return golden.cases[name] as TfCase;
}

export function tfFiles(name: string): Record<string, Uint8Array> {
  return unzipSync(readFileSync(new URL(`${name}.zip`, folder)));
}

export function tfFolder(name: string): HubFolder {
  return memoryFolder(tfFiles(name));
}

/** The oracle's inputs by name, laid out as TensorFlow takes them (images channels last). */
export function tfInputs({ inputs }: TfCase): Record<string, Tensor> {
  const tensorOf = ({ name, type, shape, low, high }: TfInput): Tensor => {
    const random = new Random(golden.seed, `input:${name}`);
    const numbers = Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high));
    return fromNumbers(type, shape, type === 'float32' ? numbers : numbers.map(Math.floor));
  };
  return Object.fromEntries(inputs.map((input) => [input.name, tensorOf(input)]));
}

/** What is wrong with a graph that was read: references to nothing, names that occur twice, calls, bodies that are missing. */
export function flawsOf(graph: TfGraph): string[] {
  const bodies = [...graph.functions].flatMap(([name, body]) => flawsOfPart(body, `${name}: `));
  const named = [graph, ...graph.functions.values()]
    .flatMap(({ nodes }) => nodes)
    .flatMap(({ op, attributes }) => (/^(?:Stateless)?(?:If|While)$/.test(op) ? [...attributes.values()] : []));
  const missing = named.flatMap((attribute) =>
    attribute.kind === 'function' && !graph.functions.has(attribute.value) ? [`no body ${attribute.value}`] : [],
  );
  return [...flawsOfPart(graph, ''), ...bodies, ...missing];
}

function flawsOfPart({ nodes, inputs, outputs }: TfFunction, where: string): string[] {
  const names = new Set(nodes.map(({ name }) => name));
  const fed = new Set(inputs.map(({ tensor }) => tensor));
  const isKnown = (tensor: string): boolean => fed.has(tensor) || names.has(tensor.replace(/:\d+$/, ''));
  const read = [...nodes.flatMap((node) => node.inputs), ...outputs.map(({ tensor }) => tensor)];
  const flaws = [
    ...read.filter((tensor) => !isKnown(tensor)).map((tensor) => `nothing makes ${tensor}`),
    ...nodes.filter(({ op }) => op.endsWith('PartitionedCall')).map(({ name }) => `${name} is a call`),
    ...(names.size < nodes.length ? ['two nodes have one name'] : []),
  ];
  return flaws.map((flaw) => where + flaw);
}
