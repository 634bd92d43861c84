import { describe, expect, it } from 'vitest';
import { float32, fromNumbers } from '../../core/index.js';
import { attributes, type Model, writeModel, writeModelParts } from '../../engine/graph/index.js';
import { memoryFolder } from '../hub/index.js';
import { importFolder } from './index.js';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const source = { uri: 'test:model' };

const input = { class_name: 'InputLayer', name: 'x', config: { name: 'x', batch_input_shape: [null, 2] }, inbound_nodes: [] };
const layer = (type: string, config: object = {}): object => ({
  class_name: type,
  name: 'l',
  config: { name: 'l', ...config },
  inbound_nodes: [[['x', 0, 0, {}]]],
});
const model = (...layers: readonly object[]): object => ({
  modelTopology: { class_name: 'Model', config: { name: 'm', layers, input_layers: [['x', 0, 0]], output_layers: [['l', 0, 0]] } },
  weightsManifest: [],
});
const importJson = (json: unknown): ReturnType<typeof importFolder> => importFolder(memoryFolder({ 'model.json': encode(json) }, source));

const tiny: Model = {
  irVersion: 8,
  producer: { name: 'test', version: '' },
  opsets: new Map([['', 13]]),
  metadata: new Map(),
  functions: [],
  graph: {
    name: 'tiny',
    nodes: [{ name: 'a', op: 'Add', domain: '', inputs: ['x', 'w'], outputs: ['y'], attributes: attributes({}) }],
    inputs: [{ name: 'x', type: { kind: 'tensor', type: 'float32', dims: ['n', 4] } }],
    outputs: [{ name: 'y', type: { kind: 'tensor', type: 'float32', dims: ['n', 4] } }],
    initializers: new Map([['w', fromNumbers('float32', [4], [1, 2, 3, 4])]]),
    valueInfo: new Map(),
  },
};

describe('importFolder', () => {
  it('imports ONNX, alone and with external data, and records what it read', async () => {
    const alone = await importFolder(memoryFolder({ 'sub/tiny.onnx': writeModel(tiny), 'readme.md': encode('') }, source));
    expect(alone.model.graph.initializers.get('w')).toEqual(tiny.graph.initializers.get('w'));
    expect(alone.source).toMatchObject({
      uri: 'test:model',
      importer: 'onnx',
      files: [{ path: 'sub/tiny.onnx', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    const parts = writeModelParts(tiny, { location: 'tiny.data', threshold: 1 });
    const files = { 'tiny.onnx': parts.model, 'tiny.data': Buffer.concat([...parts.data]) };
    const split = await importFolder(memoryFolder(files, source));
    expect(split.model.graph.initializers.get('w')).toMatchObject({ dims: [4] });
    expect(split.source.files).toHaveLength(2);
  });

  it('names what is missing, unknown or ambiguous', async () => {
    const refuse = async (files: Record<string, Uint8Array>, code: string, text: string): Promise<void> => {
      const expected = expect.objectContaining({ code, message: expect.stringContaining(text) });
      await expect(importFolder(memoryFolder(files, source))).rejects.toEqual(expected);
    };
    await refuse({ 'a.gguf': encode('') }, 'IMPORT_FORMAT_UNKNOWN', 'ONNX (.onnx)');
    await refuse({ 'a.onnx': encode(''), 'b.onnx': encode('') }, 'IMPORT_AMBIGUOUS', 'a.onnx, b.onnx');
    await refuse({ 'model.json': encode('{') }, 'IMPORT_FILE_INVALID', 'JSON');
    await refuse({ 'model.json': encode({ modelTopology: {} }) }, 'IMPORT_FILE_INVALID', 'weightsManifest');
    await refuse({ 'model.json': encode({ modelTopology: { node: [] }, weightsManifest: [] }) }, 'IMPORT_GRAPH', 'no output');
  });

  it('names layers it cannot convert', async () => {
    await expect(importJson(model(input, layer('Dence')))).rejects.toMatchObject({
      code: 'IMPORT_LAYER_UNKNOWN',
      message: expect.stringContaining('Did you mean Dense?'),
    });
    await expect(importJson(model(input, layer('Dense')))).rejects.toMatchObject({
      code: 'IMPORT_WEIGHT_MISSING',
      values: { layer: 'l', weight: 'kernel' },
    });
    await expect(importJson(model(input, layer('Activation', { activation: 'custom' })))).rejects.toMatchObject({ code: 'IMPORT_LAYER_OPTION' });
    await expect(importJson(model(input, layer('Lambda')))).rejects.toMatchObject({ code: 'IMPORT_LAYER_CODE', values: { layer: 'l' } });
    await expect(importJson(model(input))).rejects.toMatchObject({ code: 'IMPORT_TOPOLOGY' });
    const loop = { ...layer('ReLU'), inbound_nodes: [[['l', 0, 0, {}]]] };
    await expect(importJson(model(input, loop))).rejects.toMatchObject({ code: 'IMPORT_TOPOLOGY', message: expect.stringContaining('"l"') });
  });

  it('reads the forms in which Keras 1 to 3 write references', async () => {
    const keras3 = {
      ...layer('ReLU'),
      inbound_nodes: [{ args: [{ class_name: '__keras_tensor__', config: { keras_history: ['x', 0, 0] } }], kwargs: {} }],
    };
    const flat = { ...layer('ReLU'), inbound_nodes: [['x', 0, 0, {}]] };
    for (const last of [layer('ReLU'), keras3, flat]) {
      const { model: imported } = await importJson(model(input, last));
      expect(imported.graph.nodes).toMatchObject([{ op: 'Relu', name: 'l', inputs: ['x'], outputs: ['l'] }]);
      expect(imported.graph.inputs[0]?.type).toMatchObject({ dims: ['batch', 2] });
    }
  });

  it('adds what is known of a published model', async () => {
    const dims = ['n', 8, 6, 3];
    const tensor = (name: string) => ({ name, type: { kind: 'tensor', type: 'float32', dims } }) as const;
    const image = {
      ...tiny,
      graph: { ...tiny.graph, inputs: [tensor('x')], outputs: [tensor('y')], initializers: new Map([['w', float32([3], [1, 2, 3])]]) },
    };
    const published = { uri: 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2' };
    const { labels, preprocessing } = await importFolder(memoryFolder({ 'tiny.onnx': writeModel(image) }, published));
    expect(labels).toHaveLength(5);
    expect(preprocessing).toEqual({ size: [8, 6], layout: 'nhwc', channels: 3, order: 'rgb', range: [0, 1], filter: 'bilinear' });
  });
});
