import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder, importModel } from '../../src/bases/importers/index.node.js';
import { float32, int64, type Tensor } from '../../src/core/index.js';
import { runOnnx } from '../support/ort.js';
import { differenceFrom, type Sample } from '../support/sample.js';

/** Folders that transformers wrote, see bench/oracles/huggingface_saved.py. */
const at = (name: string): string => fileURLToPath(new URL(`saved/${name}`, import.meta.url));
const expected = JSON.parse(readFileSync(at('expected.json'), 'utf8')) as Readonly<Record<string, Readonly<Record<string, Sample>>>>;

const text: Readonly<Record<string, Tensor>> = {
  input_ids: int64([2, 5], [2, 8, 5, 7, 3, 2, 6, 3, 0, 0]),
  attention_mask: int64([2, 5], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0]),
  token_type_ids: int64([2, 5], new Array(10).fill(0)),
};
const image = {
  pixel_values: float32(
    [2, 3, 32, 32],
    Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => ((i % 17) - 8) / 8),
  ),
};

describe('a folder that transformers saved', () => {
  it.each([
    ['bert', text],
    ['bert-sharded', text],
    ['bert-base', text],
    ['bert-bin', text],
    ['vit', image],
  ])('%s computes what transformers computes', async (name, inputs) => {
    const { model } = await importModel(at(name));
    const found = await runOnnx(model, inputs);
    // A share of the largest value: some roundings of float32.
    for (const [output, sample] of Object.entries(expected[name] ?? {})) expect(differenceFrom(sample, found[output])).toBeLessThan(1e-5);
    expect(Object.keys(found)).toEqual(Object.keys(expected[name] ?? {}));
  });

  it('is the same by the name of its weights', async () => {
    const { model, source } = await importModel(at('bert/model.safetensors'));
    expect(source.importer).toBe('torch');
    expect(model.graph.initializers).toEqual((await importModel(at('bert'))).model.graph.initializers);
  });

  it('comes with its labels, its tokenizer and no notes', async () => {
    const { labels, files, notes, features } = await importModel(at('bert'));
    expect(labels).toEqual(['negative', 'neutral', 'positive']);
    expect([...(files ?? [])].map(([name]) => name)).toEqual(['tokenizer.json', 'tokenizer_config.json']);
    expect(notes).toEqual([]);
    expect(features).toBeUndefined();
  });

  it('without a head says what a new one reads', async () => {
    expect((await importModel(at('bert-base'))).features).toBe('pooler_output');
  });

  it('gets a new head where another class is asked for, and says so', async () => {
    const { labels, notes, model } = await importModel({ uri: at('bert-base'), architecture: 'BertForTokenClassification' });
    expect(labels).toBeUndefined();
    expect(notes).toEqual([
      'The file was saved from BertModel; BertForTokenClassification is what was built of it.',
      'Newly initialised, since the file has no weights of it: classifier.weight, classifier.bias. Train before you predict.',
      'Not part of BertForTokenClassification, so left out: bert.pooler.dense.bias, bert.pooler.dense.weight.',
    ]);
    expect((await runOnnx(model, text))['logits']?.dims).toEqual([2, 5, 3]);
  });

  it('that names a class but has nothing of its head is taken without a head', async () => {
    const read = (file: string): Uint8Array => readFileSync(at(`bert-base/${file}`));
    const config = JSON.parse(readFileSync(at('bert-base/config.json'), 'utf8')) as object;
    const named = new TextEncoder().encode(JSON.stringify({ ...config, architectures: ['BertForMaskedLM'] }));
    const { model, notes } = await importFolder(memoryFolder({ 'config.json': named, 'model.safetensors': read('model.safetensors') }));
    expect(model.graph.outputs.map(({ name }) => name)).toEqual(['last_hidden_state', 'pooler_output']);
    expect(notes).toEqual(['The file was saved from BertForMaskedLM; BertModel is what was built of it.']);
  });

  it('drops its head where the base is asked for', async () => {
    const { notes, model } = await importModel({ uri: at('bert'), architecture: 'BertModel' });
    expect(notes[1]).toBe('Not part of BertModel, so left out: classifier.bias, classifier.weight.');
    expect(Object.keys(await runOnnx(model, text))).toEqual(['last_hidden_state', 'pooler_output']);
  });

  it('of images says how they are prepared', async () => {
    const { preprocessing, labels } = await importModel(at('vit'));
    expect(labels).toEqual(['cat', 'dog']);
    expect(preprocessing).toMatchObject({ size: [32, 32], filter: 'bilinear', mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
  });

  it('names what there is for an unknown class', async () => {
    await expect(importModel({ uri: at('bert'), architecture: 'BertForSequenceClasification' })).rejects.toThrow(
      /Did you mean BertForSequenceClassification\?/,
    );
  });
});
