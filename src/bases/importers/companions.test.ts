import { expect, it } from 'vitest';
import { memoryFolder } from '../hub/index.js';
import { companionFiles } from './companions.js';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const folderOf = (contents: Readonly<Record<string, unknown>>) =>
  memoryFolder(Object.fromEntries(Object.entries(contents).map(([name, value]) => [name, bytes(value)])));
const textOf = (content: Uint8Array | undefined): unknown => JSON.parse(new TextDecoder().decode(content));

it('finds the tokenizer beside a model, and in the folder above; the nearer goes first', async () => {
  const folder = folderOf({ 'tokenizer.json': 1, 'vocab.txt': 2, 'onnx/model.onnx': 3, 'onnx/vocab.txt': 4, 'other/merges.txt': 5 });
  const files = await companionFiles(folder, 'onnx/model.onnx');
  expect([...files].map(([name, content]) => [name, textOf(content)])).toEqual([
    ['tokenizer.json', 1],
    ['vocab.txt', 4],
  ]);
  expect([...(await companionFiles(folder, 'model.onnx')).keys()]).toEqual(['tokenizer.json', 'vocab.txt']);
});

it('takes the modules of sentence-transformers along, under names without folders', async () => {
  const modules = [{ path: '' }, { path: '1_Pooling' }, { path: '2_Normalize' }, { path: '../outside' }];
  const folder = folderOf({ 'modules.json': modules, '1_Pooling/config.json': { pooling_mode: 'cls' }, 'outside/config.json': {} });
  expect([...(await companionFiles(folder, 'config.json')).keys()]).toEqual(['modules.json', '1_Pooling.config.json']);
});

it('says whose pieces they are where only config.json says so', async () => {
  const config = { model_type: 'albert', vocab_size: 9 };
  const named = await companionFiles(folderOf({ 'config.json': config, 'spiece.model': 0, 'tokenizer_config.json': { a: 1 } }), 'config.json');
  expect(textOf(named.get('tokenizer_config.json'))).toEqual({ a: 1, model_type: 'albert' });
  const settings = { tokenizer_class: 'T5Tokenizer' };
  const classed = await companionFiles(folderOf({ 'config.json': config, 'spiece.model': 0, 'tokenizer_config.json': settings }), 'config.json');
  expect(textOf(classed.get('tokenizer_config.json'))).toEqual(settings);
  expect((await companionFiles(folderOf({ 'config.json': config, 'vocab.txt': 0 }), 'config.json')).has('tokenizer_config.json')).toBe(false);
});
