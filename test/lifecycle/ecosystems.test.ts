import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SpecInput } from '../../src/app/spec/index.js';
import { predict, train } from '../../src/app/workflow/index.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { readBundle } from '../../src/reuse/bundle/index.node.js';
import { FakeHuggingFace } from '../hub/fake-hugging-face.js';
import { file, json, redirect } from '../hub/server.js';
import { makeTarball } from '../hub/tarball.js';
import { Workplace } from '../hub/workplace.js';
import { drawShapes } from '../support/shapes.js';
import { tfFiles } from '../support/tensorflow.js';
import { tinyBase } from '../support/tiny-base.js';

const VARIATION = 'keras/tiny/tensorFlow2/cnn';

let place: Workplace;
let hub: FakeHuggingFace;
beforeAll(async () => {
  place = await Workplace.open();
  vi.stubEnv('REGRAFT_CACHE', place.cache);
  const weights = gunzipSync(readFileSync(new URL('../keras/weights/mobilenet.h5.gz', import.meta.url)));
  const archive = makeTarball(Object.entries(tfFiles('keras-cnn')).map(([path, content]) => ({ path: `./${path}`, content: Buffer.from(content) })));
  place.server
    .on('/storage/tensorflow/keras-applications/mobilenet/mobilenet_1_0_224_tf.h5', file(weights))
    .on(`/api/v1/models/${VARIATION}/get`, json({ versionNumber: 1, licenseName: 'Apache 2.0' }))
    .on(`/api/v1/models/${VARIATION}/1/download`, redirect(`${place.server.otherUrl}/archive.tar.gz`))
    .on('/archive.tar.gz', file(archive));
  hub = await new FakeHuggingFace(place).start();
  hub.publish({ repo: 'owner/tiny-vit', commit: 'b'.repeat(40), files: savedFiles('vit'), license: 'apache-2.0' });
  place.server.on('/storage/models/resnet18-f37072fd.pth', file(readFileSync(new URL('../torch/published/resnet18-f37072fd.pth', import.meta.url))));
  await Promise.all([drawShapes(place.at('train'), 8), drawShapes(place.at('test'), 4, 1), saveModelFile(place.at('base.onnx'), tinyBase())]);
});
afterAll(async () => {
  await hub.stop();
  await place.close();
});

/** The files of a folder that transformers wrote. */
function savedFiles(name: string): Record<string, Uint8Array> {
  const folder = new URL(`../huggingface/saved/${name}/`, import.meta.url);
  return Object.fromEntries(readdirSync(folder).map((path) => [path, readFileSync(new URL(path, folder))]));
}

/** The same run; only the base is another. */
const specFor = (base: string): SpecInput => ({
  task: 'image-classification',
  base,
  data: { train: place.at('train'), test: place.at('test') },
  recipe: 'fine-tune',
  training: { epochs: 1, batchSize: 6 },
  seed: 3,
});

it.each([
  ['onnx', () => place.at('base.onnx')],
  ['keras', () => 'keras:MobileNet'],
  ['tensorflow', () => `tfhub:${VARIATION}`],
  ['torch', () => 'torch:resnet18'],
  ['huggingface', () => 'hf:owner/tiny-vit'],
])('a base from %s trains from the same spec', async (name, base) => {
  const run = place.at(name);
  const { metrics } = await train({ spec: specFor(base()), out: run });
  expect(metrics['test']?.['accuracy']?.value).toBeGreaterThanOrEqual(0);
  const { info } = await readBundle(`${run}/bundle`);
  // With the version it was resolved to.
  expect(info.base.uri.startsWith(base())).toBe(true);
  expect(info.labels).toEqual(['circle', 'cross', 'square']);
  const { predictions } = await predict({ bundle: `${run}/bundle`, inputs: [place.at('test', 'circle')] });
  expect(predictions).toHaveLength(4);
});
