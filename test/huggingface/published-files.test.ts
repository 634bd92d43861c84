import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { toTransformers } from '../../src/bases/importers/huggingface/save.js';
import { importFolder, importModel } from '../../src/bases/importers/index.node.js';
import { cast, readSafetensors, type Tensor, writeSafetensors } from '../../src/core/index.js';

/** Files of a folder that transformers wrote, see bench/oracles/huggingface_saved.py. */
const saved = (file: string): Uint8Array => readFileSync(fileURLToPath(new URL(`saved/${file}`, import.meta.url)));
const json = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const configOf = (folder: string, patch: object = {}): Uint8Array =>
  json({ ...(JSON.parse(new TextDecoder().decode(saved(`${folder}/config.json`))) as object), ...patch });
const load = (files: Readonly<Record<string, Uint8Array>>) => importFolder(memoryFolder(files));

describe('files as they are published', () => {
  it('torch.save in shards is as one file', async () => {
    const whole = await load({ 'config.json': configOf('bert-bin'), 'pytorch_model.bin': saved('bert-bin/pytorch_model.bin') });
    const shards = ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'];
    const names = [...whole.model.graph.initializers.keys()].filter((name) => name.includes('.weight') || name.includes('.bias'));
    const map = Object.fromEntries(names.map((name, i) => [name, shards[i % 2]]));
    const sharded = await load({
      'config.json': configOf('bert-bin'),
      'pytorch_model.bin.index.json': json({ metadata: { total_size: 1 }, weight_map: map }),
      ...Object.fromEntries(shards.map((name) => [name, saved('bert-bin/pytorch_model.bin')])),
    });
    expect(sharded.model.graph).toEqual(whole.model.graph);
    expect(sharded.notes).toEqual(whole.notes);
  });

  it('safetensors in half precision with metadata and places: no notes, float32 in the graph', async () => {
    const { tensors } = readSafetensors(saved('bert/model.safetensors'));
    const halved = [...tensors].map(([name, tensor]): [string, Tensor] => [name, cast(tensor, 'float16')]);
    const ids: Tensor = { type: 'int64', dims: [1, 4], data: BigInt64Array.from([0n, 1n, 2n, 3n]) };
    const file = writeSafetensors(new Map([...halved, ['bert.embeddings.position_ids', ids]]), [
      ['format', 'pt'],
      ['lm_head.weight', 'embeddings'],
    ]);
    const { model, notes, labels } = await load({ 'config.json': configOf('bert', { torch_dtype: 'float16' }), 'model.safetensors': file });
    expect(notes).toEqual([]);
    expect(labels).toEqual(['negative', 'neutral', 'positive']);
    expect(new Set([...model.graph.initializers.values()].map(({ type }) => type))).toEqual(new Set(['float32', 'int64']));
  });

  it('one repository with the same weights in many formats is the model of its configuration', async () => {
    const others = { 'tf_model.h5': json(1), 'model.onnx': json(1), 'flax_model.msgpack': json(1), 'pytorch_model.bin': json(1) };
    const model = { 'config.json': configOf('bert'), 'model.safetensors': saved('bert/model.safetensors') };
    expect((await load({ ...others, ...model })).source.importer).toBe('huggingface');
  });

  it.each(['bert-bin/pytorch_model.bin', 'bert-bin/config.json', 'bert/config.json', 'bert-sharded/model.safetensors.index.json'])(
    '%s named by itself is the model in its folder',
    async (file) => {
      const path = fileURLToPath(new URL(`saved/${file}`, import.meta.url));
      const { model, source } = await importModel(path);
      expect(source.importer).toBe('huggingface');
      expect(model.graph).toEqual((await importModel(dirname(path))).model.graph);
    },
  );

  it('the layers that sentence-transformers keeps in folders beside the model are none of their own', async () => {
    const dense = { '2_Dense/config.json': json({ in_features: 16, out_features: 8 }), '2_Dense/model.safetensors': saved('vit/model.safetensors') };
    const pooling = { 'modules.json': json([]), '1_Pooling/config.json': json({ pooling_mode_mean_tokens: true }) };
    const model = { 'config.json': configOf('bert-base'), 'model.safetensors': saved('bert-base/model.safetensors') };
    const { features } = await load({ ...dense, ...pooling, ...model });
    expect(features).toBe('pooler_output');
  });

  it('an early configuration without a type is saved with one', async () => {
    const config = configOf('bert', { model_type: undefined });
    const { model } = await load({ 'config.json': config, 'model.safetensors': saved('bert/model.safetensors') });
    expect(JSON.parse((await toTransformers(model, [])).config)).toMatchObject({
      model_type: 'bert',
      architectures: ['BertForSequenceClassification'],
    });
  });
});
