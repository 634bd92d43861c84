import { clearField, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { flawsOf, tfCase, tfCases, tfFiles, tfFolder, tfInputs } from '../../../../../test/support/tensorflow.js';
import { type Tensor, toNumbers } from '../../../../core/index.js';
import { memoryFolder } from '../../../hub/index.js';
import { MetaGraphDefSchema, SavedModelSchema } from '../proto/generated/tensorflow_pb.js';
import { recognise } from '../recognise.js';
import { readCheckpoint, readGraphDef, readSavedModel, type TfReading } from './index.js';

function read(name: string, signature = tfCase(name).signature): Promise<TfReading> {
  const { entry } = tfCase(name);
  const folder = tfFolder(name);
  if (entry === 'saved_model.pb') return readSavedModel(folder, entry, signature);
  return entry.endsWith('.pb') ? readGraphDef(folder, entry, signature) : readCheckpoint(folder, entry, signature);
}

const models = tfCases.filter(([, { outputs }]) => outputs.length > 0);

describe('models that TensorFlow wrote', () => {
  it.each(tfCases)('%s is recognised', async (name, { entry }) => {
    expect(recognise(await tfFolder(name).root.list())).toEqual([entry]);
  });

  it.each(models)('%s has its ports and all that lies between them', async (name, golden) => {
    const { graph } = await read(name);
    expect(graph.inputs.map((port) => port.name)).toEqual(golden.inputs.map((input) => input.name));
    expect(graph.outputs.map((port) => port.name)).toEqual(golden.outputs.map((output) => output.name));
    graph.inputs.forEach(({ type, dims }, i) => {
      expect(type).toBe(golden.inputs[i]?.type);
      expect(dims?.map((dim, axis) => dim ?? golden.inputs[i]?.shape[axis])).toEqual(golden.inputs[i]?.shape);
    });
    expect(flawsOf(graph)).toEqual([]);
    expect(graph.nodes.filter(({ op }) => /^(?:Assign|Restore|Save)/.test(op))).toEqual([]);
  });

  it.each(models.filter(([, { variables }]) => variables))('%s has the values of its variables', async (name, golden) => {
    const { graph } = await read(name);
    const found = Object.fromEntries([...graph.variables].map(([key, tensor]) => [key, toNumbers(tensor).slice(0, 3)]));
    // The golden file holds the same float32 numbers.
    expect(found).toEqual(golden.variables);
  });

  it('joins no partitioned variable that the graph joins itself', async () => {
    const { graph } = await read('v1-partitioned');
    expect([...graph.variables].map(([name, { dims }]) => [name, dims])).toEqual([
      ['table/part_0', [4, 6]],
      ['table/part_1', [3, 6]],
      ['table/part_2', [3, 6]],
    ]);
  });

  it('were called with the numbers that the tests make', () => {
    const golden = tfCase('signatures');
    const scaled = toNumbers(tfInputs(golden)['x'] as Tensor).map((number) => 3 * number);
    const expected = golden.outputs.find(({ name }) => name === 'scaled')?.values;
    // Golden numbers have seven decimals.
    expect(scaled.map((number, i) => Math.abs(number - (expected?.[i] ?? Number.NaN)) < 1e-6)).toEqual(new Array(6).fill(true));
  });

  it('keeps bodies of loops and conditionals apart', async () => {
    const { graph } = await read('loop');
    const loop = graph.nodes.find(({ op }) => op === 'While');
    expect(loop?.attributes.get('body')).toMatchObject({ kind: 'function', value: expect.stringMatching(/^while_body_/) });
    const body = [...graph.functions].find(([name]) => name.includes('body'))?.[1];
    expect(body?.inputs).toHaveLength(loop?.inputs.length ?? 0);
    expect(body?.nodes.map(({ op }) => op)).toEqual(expect.arrayContaining(['Tanh', 'MatMul', 'ReadVariableOp']));
    expect(graph.variables.get('cell/w')?.dims).toEqual([5, 3]);
  });
});

describe('the signature', () => {
  it('must be named where several are usual', async () => {
    const error = { code: 'IMPORT_SIGNATURE', message: expect.stringContaining('"both", "records", "scaled"') };
    await expect(readSavedModel(tfFolder('signatures'), 'saved_model.pb', undefined)).rejects.toMatchObject(error);
    await expect(read('signatures', 'nothing')).rejects.toMatchObject({ code: 'IMPORT_SIGNATURE', message: expect.stringContaining('"nothing"') });
  });

  it('is refused where it takes records', async () => {
    const error = { code: 'IMPORT_SIGNATURE', message: expect.stringMatching(/tf\.Example.*"records".*"both", "scaled"/) };
    await expect(read('signatures', 'records')).rejects.toMatchObject(error);
  });

  it('is told where there are others', async () => {
    expect((await read('signatures')).notes).toEqual(['The signature "both" was taken; the model also has "records", "scaled".']);
  });
});

describe('variables', () => {
  it('are refused without their graph', async () => {
    const error = { code: 'IMPORT_VARIABLES_ONLY', message: expect.stringContaining('model/w/.ATTRIBUTES/VARIABLE_VALUE') };
    await expect(readCheckpoint(tfFolder('weights'), 'weights.index')).rejects.toMatchObject(error);
  });

  it('are missed where their files are', async () => {
    const { 'saved_model.pb': model } = tfFiles('mlp');
    const bare = memoryFolder({ 'saved_model.pb': model as Uint8Array });
    await expect(readSavedModel(bare, 'saved_model.pb', undefined)).rejects.toMatchObject({ code: 'IMPORT_VARIABLES_MISSING' });
  });

  it('are found by the names in the checkpoint where nothing restores them', async () => {
    const files = tfFiles('mlp');
    const model = fromBinary(SavedModelSchema, files['saved_model.pb'] as Uint8Array);
    for (const graph of model.metaGraphs) clearField(graph, MetaGraphDefSchema.field.saverDef);
    const folder = memoryFolder({ ...files, 'saved_model.pb': toBinary(SavedModelSchema, model) });
    const { graph } = await readSavedModel(folder, 'saved_model.pb', undefined);
    expect(graph.variables).toEqual((await read('mlp')).graph.variables);
  });
});

describe('a graph under training', () => {
  it('ends with its last layers, before loss and labels', async () => {
    const { graph, notes } = await readCheckpoint(tfFolder('v1-checkpoint'), 'checkpoint');
    expect(graph.outputs.map(({ name }) => name)).toEqual(['head/logits']);
    expect(graph.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(notes).toEqual([expect.stringContaining('the last layers before the loss, head/logits')]);
  });

  it('is found by the name of its checkpoint, wherever that was written', async () => {
    const files = { ...tfFiles('v1-checkpoint'), checkpoint: new TextEncoder().encode('model_checkpoint_path: "/gone/model.ckpt-7"\n') };
    const { graph } = await readCheckpoint(memoryFolder(files), 'checkpoint');
    expect(graph.variables.size).toBe(4);
    const empty = readCheckpoint(memoryFolder({ ...files, checkpoint: new Uint8Array() }), 'checkpoint');
    await expect(empty).rejects.toMatchObject({ code: 'IMPORT_FILE_INVALID', message: expect.stringContaining('names no checkpoint') });
  });

  it('names its ends where there is no such node', async () => {
    const error = { code: 'IMPORT_OUTPUTS', message: expect.stringMatching(/no node "logits"; its ends are head\/logits/) };
    await expect(readCheckpoint(tfFolder('v1-checkpoint'), 'checkpoint', 'logits')).rejects.toMatchObject(error);
  });
});
