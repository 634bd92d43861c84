import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { nodeDef } from '../../../../../test/support/tensorflow-graph.js';
import { memoryFolder } from '../../../hub/index.js';
import { type MetaGraphDefSchema, SavedModelSchema, type SignatureDefSchema } from '../proto/generated/tensorflow_pb.js';
import { readSavedModel, type TfReading } from './index.js';

type MetaGraph = MessageInitShape<typeof MetaGraphDefSchema>;
type SignatureInit = Exclude<MessageInitShape<typeof SignatureDefSchema>, { $typeName: string }>;

function read(metaGraphs: MetaGraph[], signature?: string): Promise<TfReading> {
  const bytes = toBinary(SavedModelSchema, create(SavedModelSchema, { savedModelSchemaVersion: 1n, metaGraphs }));
  return readSavedModel(memoryFolder({ 'saved_model.pb': bytes }), 'saved_model.pb', signature);
}

const nodes = ['x = Placeholder()', 'y = Placeholder()', 'parts = Unpack(x)', 'sum = Add(x, y)'].map((text) => nodeDef(text));
const from = (inputs: readonly string[], outputs: Readonly<Record<string, string>>, methodName = ''): SignatureInit => ({
  inputs: Object.fromEntries(inputs.map((name) => [name, { name: `${name}:0`, dtype: 1 }])),
  outputs: Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, { name: tensor, dtype: 1 }])),
  methodName,
});
const graph = (signatureDef: Record<string, SignatureInit>, ...tags: string[]): MetaGraph => ({
  metaInfoDef: { tags },
  graphDef: { node: nodes },
  signatureDef,
});
const outputs = ({ graph: { outputs } }: TfReading): string[] => outputs.map(({ tensor }) => tensor);

const SUM = from(['x', 'y'], { out: 'sum:0' });
const X = from(['x'], { out: 'x:0' });

describe('the graph', () => {
  it('is the one to serve, else the one not to train, with the fewest tags', async () => {
    expect(outputs(await read([graph({ a: X }), graph({ a: SUM }, 'serve')]))).toEqual(['sum']);
    expect(outputs(await read([graph({ a: X }, 'serve', 'tpu'), graph({ a: SUM }, 'serve')]))).toEqual(['sum']);
    expect(outputs(await read([graph({ a: X }, 'train'), graph({ a: SUM }, 'some', 'tags')]))).toEqual(['sum']);
    expect(outputs(await read([graph({ a: SUM }, 'train')]))).toEqual(['sum']);
    await expect(read([])).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
  });
});

describe('the signature', () => {
  it('is the usual one, the only one, or the only one that predicts', async () => {
    expect(outputs(await read([graph({ a: X, serving_default: SUM })]))).toEqual(['sum']);
    expect(outputs(await read([graph({ a: X, default: SUM })]))).toEqual(['sum']);
    expect(outputs(await read([graph({ __saved_model_init_op: from([], { init: 'x' }), a: SUM })]))).toEqual(['sum']);
    const predicts = from(['x', 'y'], { out: 'sum:0' }, 'tensorflow/serving/predict');
    expect(outputs(await read([graph({ a: X, b: predicts })]))).toEqual(['sum']);
    await expect(read([graph({ a: predicts, b: predicts })])).rejects.toMatchObject({ code: 'IMPORT_SIGNATURE', values: { signatures: '"a", "b"' } });
    await expect(read([graph({})])).rejects.toMatchObject({ code: 'IMPORT_SIGNATURE', values: { signatures: 'none' } });
  });

  it('has its outputs in the order of their numbers', async () => {
    const many = Object.fromEntries([10, 2, 1, 0].map((number) => [`output_${number}`, `parts:${number}`]));
    expect(outputs(await read([graph({ a: from(['x'], many) })]))).toEqual(['parts', 'parts:1', 'parts:2', 'parts:10']);
  });

  it('loses inputs that nothing needs, in words', async () => {
    const { graph: found, notes } = await read([graph({ a: from(['x', 'y'], { out: 'parts:1' }) })]);
    expect(found.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(notes).toEqual([expect.stringContaining('do not depend on "y"')]);
  });

  it('is refused where it takes sparse tensors, or names what is not there', async () => {
    const sparse = { ...X, inputs: { x: { dtype: 1 } } };
    await expect(read([graph({ a: sparse })])).rejects.toMatchObject({ code: 'IMPORT_FORMAT_UNSUPPORTED' });
    await expect(read([graph({ a: from(['x'], { out: 'z:0' }) })])).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID' });
  });
});
