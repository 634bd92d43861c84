import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { flawsOf } from '../../../../../test/support/tensorflow.js';
import { toNumbers } from '../../../../core/index.js';
import { resolveUri } from '../../../hub/index.node.js';
import { recognise } from '../recognise.js';
import { readCheckpoint, readGraphDef, readSavedModel, type TfReading } from './index.js';

/** Models that TensorFlow's own projects test with, which may not be copied into this repository. */
const ROOT = process.env.REGRAFT_FIXTURES ?? '';

async function read(path: string, signature?: string): Promise<TfReading> {
  const folder = await resolveUri(join(ROOT, path));
  const [entry = '', ...more] = recognise(await folder.root.list());
  expect(more).toEqual([]);
  if (entry.endsWith('saved_model.pb')) return readSavedModel(folder, entry, signature);
  return entry.endsWith('.pb') ? readGraphDef(folder, entry, signature) : readCheckpoint(folder, entry, signature);
}

/** What MANIFEST.json says: signature, inputs, outputs, operations between them, the first elements of variables by name. */
interface Expected {
  readonly signature?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly ops: readonly string[];
  readonly variables?: Readonly<Record<string, number>>;
}

const HALF = { ops: ['Add', 'Mul'], inputs: ['x'], outputs: ['y'] };
const MULTIPLY = { inputs: ['x'], outputs: ['output_0'] };
const REGRESSION = { inputs: ['X'], outputs: ['pred'], ops: ['Add', 'Mul'] };
const STORED = { W: Math.fround(0.21396178007125854), b: Math.fround(1.0495253801345825) };

const expected: readonly (readonly [path: string, Expected])[] = [
  ['saved_model/tf1-half-plus-two', { ...HALF, variables: { a: 0.5, b: 2 } }],
  [
    'saved_model/tf1-half-plus-two',
    { ...HALF, signature: 'regress_x2_to_y3', inputs: ['inputs'], outputs: ['outputs'], variables: { a2: 0.5, c2: 3 } },
  ],
  ['saved_model/tf1-half-plus-three', { ...HALF, variables: { a: 0.5, b: 3 } }],
  ['saved_model/tf1-counter', { signature: 'get_counter', inputs: [], outputs: ['output'], ops: [], variables: { counter: 0 } }],
  [
    'saved_model/tf1-linear-regression-train',
    { inputs: ['x'], outputs: ['out'], ops: ['Add', 'Mul'], variables: { w: Math.fround(-0.8578622341156006), b: 0 } },
  ],
  ['saved_model/tf1-regression', { ...REGRESSION, variables: STORED }],
  ['saved_model/tf2-half-plus-two', { ...HALF, ops: ['AddV2', 'Mul'], variables: { a: 0.5, b: 2 } }],
  ['saved_model/tf2-times-three-float', { ...MULTIPLY, ops: ['Mul'], variables: { Variable: 3 } }],
  ['saved_model/tf2-times-two-int', { ...MULTIPLY, ops: ['Mul'], variables: { Variable: 2 } }],
  ['saved_model/tf2-int64-multiply', { ...MULTIPLY, ops: ['Mul', 'Mul'], variables: { Variable: 3, Variable_1: 2 } }],
  ['saved_model/tf2-uint8-multiply', { ...MULTIPLY, ops: ['Cast', 'Mul', 'Mul'], variables: { Variable: 3, Variable_1: 2 } }],
  ['saved_model/tf2-multiple-signatures', { ...MULTIPLY, ops: ['Mul'], variables: { Variable: 3 } }],
  ['saved_model/tf2-multiple-signatures', { ...MULTIPLY, signature: 'timestwo', ops: ['Mul'], variables: { Variable_1: 2 } }],
  ['saved_model/tf2-single-input-multi-output', { inputs: ['x'], outputs: ['output_0', 'output_1'], ops: ['Mul'], variables: { Variable_1: 2 } }],
  ['saved_model/tf2-multi-output', { inputs: ['x', 'y'], outputs: ['output_0', 'output_1'], ops: ['Mul'], variables: { Variable_1: 2 } }],
  [
    'saved_model/tf2-module-regression',
    { signature: 'w', inputs: [], outputs: ['output'], ops: [], variables: { w: Math.fround(0.20429754257202148) } },
  ],
  ['graphdef/addition', { inputs: ['x', 'y'], outputs: ['z'], ops: ['AddV2'] }],
  ['graphdef/multiplication', { inputs: ['a', 'b'], outputs: ['c'], ops: ['Mul'] }],
  ['graphdef/plus3', { inputs: ['input'], outputs: ['output'], ops: ['Add'] }],
  ['graphdef/regression-frozen', REGRESSION],
  [
    'graphdef/mnist-fc-frozen',
    { inputs: ['X'], outputs: ['output'], ops: ['BiasAdd', 'BiasAdd', 'BiasAdd', 'MatMul', 'MatMul', 'MatMul', 'Relu', 'Relu'] },
  ],
  ['checkpoint/tf1-regression', { ...REGRESSION, variables: STORED }],
];
const present = ROOT !== '' && expected.every(([path]) => existsSync(join(ROOT, path)));
if (!present)
  process.stderr.write('SKIPPED: real TensorFlow files; set REGRAFT_FIXTURES to the folder that has saved_model, graphdef and checkpoint\n');

const PLUMBING: ReadonlySet<string> = new Set(['Const', 'Identity', 'Placeholder', 'ReadVariableOp', 'VarHandleOp', 'VariableV2']);

describe.skipIf(!present)('real files', () => {
  it.each(expected)('%s', async (path, { signature, inputs, outputs, ops, variables = {} }) => {
    const { graph } = await read(path, signature);
    expect(flawsOf(graph)).toEqual([]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(inputs);
    expect(graph.outputs.map(({ name }) => name)).toEqual(outputs);
    expect(graph.nodes.flatMap(({ op }) => (PLUMBING.has(op) ? [] : op)).sort()).toEqual(ops);
    expect(Object.fromEntries([...graph.variables].map(([name, tensor]) => [name, toNumbers(tensor)[0]]))).toEqual(variables);
  });

  it('a Keras model has the weights that lie beside it', async () => {
    const { graph } = await read('saved_model/tf2-keras-mlp');
    const beside = (file: string): Float32Array => {
      const bytes = Uint8Array.from(readFileSync(join(ROOT, 'saved_model/tf2-keras-mlp', file)));
      // NumPy's format: a header of 128 bytes, then the numbers.
      return new Float32Array(bytes.buffer, 128);
    };
    expect(graph.variables.get('dense/bias')?.data).toEqual(beside('bias0.npy'));
    expect(graph.variables.get('dense_1/kernel')?.data).toEqual(beside('kernel1.npy'));
    expect(graph.nodes.filter(({ op }) => op === 'MatMul').map(({ name }) => name)).toEqual(['model/dense_1/MatMul', 'model/dense/MatMul']);
    expect(graph.inputs).toEqual([{ name: 'input_1', tensor: 'serving_default_input_1', type: 'float32', dims: [null, 28, 28, 1] }]);
  });

  it('a recurrent net that was unrolled before it was frozen', async () => {
    const { graph } = await read('graphdef/mnist-gru-frozen');
    expect(flawsOf(graph)).toEqual([]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['X', 'keep_prob']);
    expect(graph.nodes.filter(({ op }) => op === 'MatMul')).toHaveLength(57);
  });

  it.each([
    ['saved_model/tf1-counter', undefined, 'IMPORT_SIGNATURE'],
    ['saved_model/tf2-module-regression', undefined, 'IMPORT_SIGNATURE'],
    ['saved_model/tf1-half-plus-two', 'regress_x_to_y', 'IMPORT_SIGNATURE'],
    ['saved_model/tf2-half-plus-two', 'classify_x_to_y', 'IMPORT_SIGNATURE'],
    ['graphdef/regression-train-graph', undefined, 'IMPORT_VARIABLES_MISSING'],
  ])('%s with the signature %s is refused', async (path, signature, code) => {
    await expect(read(path, signature)).rejects.toMatchObject({ code });
  });
});
