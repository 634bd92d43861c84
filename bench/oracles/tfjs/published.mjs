// What TensorFlow.js computes for the published models of nsfwjs: writes test/tfjs/<model>.json.
// Run: copy this folder elsewhere, `npm install --ignore-scripts` there, then
//   npx tsx published.mjs <repository>
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';

const repository = resolve(process.argv[2] ?? '../../..');
const require = createRequire(import.meta.url);
const { Random } = await import(pathToFileURL(join(repository, 'src/core/index.ts')).href);
const folder = join(repository, 'test/tfjs');
mkdirSync(folder, { recursive: true });

/** Taps, and how many of their values are kept. */
const models = [
  { name: 'mobilenet_v2', shards: 1, taps: ['block_6_expand_relu', 'block_13_expand_relu', 'out_relu', 'dense_2'] },
  { name: 'inception_v3', shards: 6, taps: ['mixed0', 'mixed4', 'mixed10', 'dense_2'] },
];

for (const { name, shards, taps } of models) {
  const at = (file) => require(`./node_modules/nsfwjs/dist/models/${name}/${file}.min.js`);
  const json = at('model');
  const bytes = Buffer.concat(Array.from({ length: shards }, (_, i) => Buffer.from(at(`group1-shard${i + 1}of${shards}`), 'base64')));
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights);
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs, weightData }));
  const [, height, width, channels] = model.inputs[0].shape;
  const random = new Random(7, 'tfjs-oracle');
  const pixels = Float32Array.from({ length: height * width * channels }, () => random.uniform());
  const outputs = [...taps.map((tap) => model.getLayer(tap).output), ...model.outputs];
  const results = tf.model({ inputs: model.inputs, outputs }).predict(tf.tensor4d(pixels, [1, height, width, channels]));
  const golden = {
    tfjs: tf.version.tfjs,
    input: { seed: 7, stream: 'tfjs-oracle', shape: [1, height, width, channels], order: 'NHWC' },
    output: Array.from(results.at(-1).dataSync()),
    // Taps in Keras' order; their mean and 64 values spread over them.
    taps: Object.fromEntries(taps.map((tap, i) => [tap, summary(results[i])])),
  };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(golden)}\n`);
  console.log(name, golden.output);
}

function summary(tensor) {
  const data = tensor.dataSync();
  const stride = Math.max(1, Math.floor(data.length / 64));
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return { shape: tensor.shape, mean, stride, values: Array.from({ length: Math.min(64, data.length) }, (_, i) => data[i * stride]) };
}
