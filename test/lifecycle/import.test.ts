import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { importToFile } from '../../src/app/workflow/index.node.js';
import { importModel } from '../../src/bases/importers/index.node.js';
import { float32, int64, type Tensor } from '../../src/core/index.js';
import { FakeHuggingFace } from '../hub/fake-hugging-face.js';
import { file } from '../hub/server.js';
import { Workplace } from '../hub/workplace.js';
import { runOnnx } from '../support/ort.js';

let place: Workplace;
let hub: FakeHuggingFace;
beforeAll(async () => {
  place = await Workplace.open();
  vi.stubEnv('REGRAFT_CACHE', place.cache);
  hub = await new FakeHuggingFace(place).start();
  const folder = new URL('../huggingface/saved/bert/', import.meta.url);
  const files = Object.fromEntries(readdirSync(folder).map((path) => [path, readFileSync(new URL(path, folder))]));
  hub.publish({ repo: 'owner/bert', commit: 'c'.repeat(40), files, license: 'mit' });
  place.server.on('/storage/models/resnet18-f37072fd.pth', file(readFileSync(new URL('../torch/published/resnet18-f37072fd.pth', import.meta.url))));
});
afterAll(async () => {
  await hub.stop();
  await place.close();
});

const images = { images: float32([1, 3, 224, 224], new Float32Array(3 * 224 * 224).fill(0.5)) };
const tokens = { input_ids: [2, 5, 7, 3], attention_mask: [1, 1, 1, 1], token_type_ids: [0, 0, 0, 0] };
const text = Object.fromEntries(Object.entries(tokens).map(([name, values]) => [name, int64([1, 4], values)]));

it.each<[string, Readonly<Record<string, Tensor>>]>([
  ['torch:resnet18', images],
  ['hf:owner/bert', text],
])('%s becomes an ONNX file that knows what its source said', async (uri, inputs) => {
  const out = place.at(`${uri.replaceAll(/\W/g, '-')}.onnx`);
  const { importer, parameters } = await importToFile({ model: uri, out });
  const [from, again] = [await importModel(uri), await importModel(out)];
  expect(from.source.importer).toBe(importer);
  expect(parameters).toBeGreaterThan(500);
  expect(again.labels).toEqual(from.labels);
  expect(again.preprocessing).toEqual(from.preprocessing);
  expect(again.source.licence).toBe(from.source.licence);
  expect(await runOnnx(again.model, inputs)).toEqual(await runOnnx(from.model, inputs));
});

it('says what an ONNX file does not hold', async () => {
  const { notes } = await importToFile({ model: 'hf:owner/bert', out: place.at('bert.onnx') });
  expect(notes).toEqual(['An ONNX file does not hold tokenizer.json, tokenizer_config.json; a bundle trained on the model does.']);
});

it('the labels of published weights are those of ImageNet', async () => {
  const { labels, preprocessing } = await importModel('torch:resnet18');
  expect(labels).toHaveLength(1000);
  expect(labels?.slice(0, 2)).toEqual(['tench', 'goldfish']);
  expect(preprocessing).toMatchObject({ size: [224, 224], cropShare: 0.875, mean: [0.485, 0.456, 0.406] });
});
