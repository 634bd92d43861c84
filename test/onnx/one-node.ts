import { expect } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { type ImportedModel, importFolder } from '../../src/bases/importers/index.js';
import { fromNumbers, Random, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { type AttributeValue, isStandardOp, type Model, writeModel } from '../../src/engine/graph/index.js';
import { input, modelOf, node } from '../support/graph.js';
import { runOnnx } from '../support/ort.js';

/** A model of one operator of `com.microsoft`, or of `DOMAIN::OP`, whose inputs and outputs are those of the model. */
export interface OneNode {
  readonly op: string;
  /** In the order of the operator's inputs; `undefined` for one that is left out. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Those inputs, by index, that are initialisers instead. */
  readonly weights?: readonly number[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Which outputs there are. */
  readonly outputs?: readonly number[];
  /** Element types of outputs that are not float32. */
  readonly types?: Readonly<Record<number, Tensor['type']>>;
  /** Numbers that `attributes` types as integers by their name. */
  readonly floats?: Readonly<Record<string, number | readonly number[]>>;
}

export function random(dims: readonly number[], seed = 1, low = -1, high = 1): Tensor {
  const numbers = new Random(seed, dims.join());
  return fromNumbers(
    'float32',
    dims,
    Array.from({ length: sizeOf(dims) }, () => numbers.uniform(low, high)),
  );
}

export function ints(dims: readonly number[], values: readonly number[], type: Tensor['type'] = 'int32'): Tensor {
  return fromNumbers(type, dims, values);
}

export function oneNode({ op, inputs, weights = [], attributes = {}, floats = {}, outputs = [0], types = {} }: OneNode): Model {
  const names = inputs.map((tensor, index) => (tensor ? `i${index}` : ''));
  const results = Array.from({ length: Math.max(...outputs) + 1 }, (_, index) => (outputs.includes(index) ? `o${index}` : ''));
  const domain = op.includes('::') ? op : `com.microsoft::${op}`;
  const made = node(domain, names, results, 'fused', attributes);
  const typed = Object.entries(floats).map(([name, value]) =>
    typeof value === 'number' ? [name, { kind: 'float' as const, value }] : [name, { kind: 'floats' as const, value }],
  );
  const given = inputs.flatMap((tensor, index) => (tensor ? [{ name: names[index] ?? '', tensor, isWeight: weights.includes(index) }] : []));
  const model = modelOf({
    nodes: [{ ...made, attributes: { ...made.attributes, ...Object.fromEntries(typed) } }],
    inputs: given.filter(({ isWeight }) => !isWeight).map(({ name, tensor }) => input(name, { ...tensor, dims: tensor.dims })),
    outputs: outputs.map((index) => ({ name: `o${index}`, type: { kind: 'tensor', type: types[index] ?? 'float32', dims: undefined } })),
    initializers: Object.fromEntries(given.filter(({ isWeight }) => isWeight).map(({ name, tensor }) => [name, tensor])),
  });
  return { ...model, opsets: new Map([...model.opsets, ['com.microsoft', 1]]) };
}

export function feedsOf({ inputs, weights = [] }: OneNode): Record<string, Tensor> {
  return Object.fromEntries(inputs.flatMap((tensor, index) => (tensor && !weights.includes(index) ? [[`i${index}`, tensor]] : [])));
}

export function imported(model: Model): Promise<ImportedModel> {
  return importFolder(memoryFolder({ 'model.onnx': writeModel(model) }));
}

function expectStandard(model: Model): void {
  expect(model.graph.nodes.filter(({ op, domain }) => domain !== '' || !isStandardOp(op)).map(({ op }) => op)).toEqual([]);
}

/** The largest difference of two tensors, relative to the larger of 1 and the largest number. */
export function distance(actual: Tensor | undefined, expected: Tensor): number {
  expect(actual?.dims).toEqual(expected.dims);
  const [a, b] = [actual ? toNumbers(actual) : [], toNumbers(expected)];
  const scale = b.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const differences = b.map((value, index) => (Object.is(value, a[index]) ? 0 : Math.abs(value - (a[index] ?? Number.NaN))));
  return differences.some(Number.isNaN) ? Number.NaN : Math.max(0, ...differences) / scale;
}

/** ONNX Runtime's own operator against what the import makes of it. */
export async function compareOneNode(one: OneNode): Promise<number> {
  const original = oneNode(one);
  const { model } = await imported(original);
  expectStandard(model);
  const [before, after] = [await runOnnx(original, feedsOf(one)), await runOnnx(model, feedsOf(one))];
  return Math.max(...Object.entries(before).map(([name, tensor]) => distance(after[name], tensor)));
}
