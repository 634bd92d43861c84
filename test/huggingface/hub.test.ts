import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { importModel } from '../../src/bases/importers/index.node.js';
import { FakeHuggingFace } from '../hub/fake-hugging-face.js';
import { Workplace } from '../hub/workplace.js';

let place: Workplace;
let hub: FakeHuggingFace;
beforeEach(async () => {
  place = await Workplace.open();
  hub = await new FakeHuggingFace(place).start();
});
afterEach(async () => {
  await hub.stop();
  await place.close();
});

it.each(['bert', 'bert-sharded'])('%s comes from the Hub as from the folder that transformers wrote', async (name) => {
  const folder = fileURLToPath(new URL(`saved/${name}`, import.meta.url));
  const saved = Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file))]));
  const commit = 'a'.repeat(40);
  hub.publish({ repo: `owner/${name}`, commit, files: { ...saved, 'flax_model.msgpack': 'the same once more' }, license: 'mit' });
  const fetched = await importModel(`hf:owner/${name}`, place.options);
  const local = await importModel(folder);
  expect(fetched.model.graph).toEqual(local.model.graph);
  expect(fetched.labels).toEqual(local.labels);
  expect([...(fetched.files ?? [])]).toEqual([...(local.files ?? [])]);
  expect(fetched.source).toMatchObject({ uri: `hf:owner/${name}@${commit}`, licence: 'MIT', importer: 'huggingface', files: local.source.files });
});
