import { dirname } from 'node:path';
import type { Tensor } from '../../src/core/index.js';
import type { HeadWork, Job, PredictWork } from '../job.js';
import { type Opened, serve } from './child.js';
import { inputsOf } from './data.js';
import { type Convolution, foldedLayers, type Layer } from './folded.js';
import { batchRanges, type HeadData, headData } from './head-data.js';
import { importPeer, peerFile } from './peers.js';
import { files, surgery } from './product.js';

/** What is used of TensorFlow.js; the package is installed for the benchmark alone. */
interface Value {
  data(): Promise<Float32Array>;
  dispose(): void;
  slice(begin: number, size: number): Value;
  transpose(order?: readonly number[]): Value;
  mean(axis: readonly number[]): Value;
  abs(): Value;
  add(other: Value): Value;
  matMul(other: Value): Value;
  assign(value: Value): void;
}

interface FusedConvolution {
  readonly x: Value;
  readonly filter: Value;
  readonly bias: Value;
  readonly strides: number;
  readonly pad: number;
  readonly activation: 'relu6' | 'linear';
}

interface TensorFlow {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  tensor(data: Float32Array, dims: readonly number[]): Value;
  tensor1d(data: readonly number[], type: 'int32'): Value;
  oneHot(labels: Value, classes: number): Value;
  variable(value: Value): Value;
  tidy<Result>(compute: () => Result): Result;
  readonly fused: { conv2d(spec: FusedConvolution): Value; depthwiseConv2d(spec: FusedConvolution): Value };
  readonly losses: { softmaxCrossEntropy(labels: Value, logits: Value): Value };
  readonly train: {
    adam(lr: number, beta1: number, beta2: number, eps: number): { minimize(loss: () => Value, keep: boolean): Value; dispose(): void };
  };
}

type Run = Opened['run'];

const { default: tf } = await importPeer<{ default: TensorFlow }>('@tensorflow/tfjs');
const backend = await importPeer<{ setWasmPaths(folder: string): void }>('@tensorflow/tfjs-backend-wasm');

function features(job: Job<PredictWork>, layers: readonly Layer[]): Run {
  const [image] = Object.entries(inputsOf(job)) as [[string, Tensor]];
  const [name, { data, dims }] = image;
  // [N, C, H, W] → [N, H, W, C], the only layout of this backend.
  const input = tf.tidy(() => tf.tensor(data as Float32Array, dims).transpose([0, 2, 3, 1]));
  const compiled = layers.map(compileLayer);
  return async () => {
    const result = tf.tidy(() => {
      const values = new Map([[name, input]]);
      let last = input;
      for (const { output, compute } of compiled) {
        last = compute(values);
        values.set(output, last);
      }
      return last.abs().mean([0, 1]);
    });
    const [mean = Number.NaN] = await result.data();
    result.dispose();
    return mean;
  };
}

interface CompiledLayer {
  readonly output: string;
  compute(values: ReadonlyMap<string, Value>): Value;
}

function compileLayer(layer: Layer): CompiledLayer {
  const { output } = layer;
  if (layer.kind === 'convolution') return { output, compute: compileConvolution(layer) };
  if (layer.kind === 'pool') return { output, compute: (values) => (values.get(layer.input) as Value).mean([1, 2]) };
  return { output, compute: (values) => layer.inputs.map((name) => values.get(name) as Value).reduce((a, b) => a.add(b)) };
}

function compileConvolution({ input, weight, dims, bias, stride, padding, groups, relu6 }: Convolution): CompiledLayer['compute'] {
  const depthwise = groups > 1;
  // [O, I, H, W] → [H, W, I, O]; of a depthwise convolution, where I is 1, → [H, W, O, I].
  const filter = tf.tidy(() => tf.tensor(weight, dims).transpose(depthwise ? [2, 3, 0, 1] : [2, 3, 1, 0]));
  const shared = { filter, bias: tf.tensor(bias, [bias.length]), strides: stride, pad: padding, activation: relu6 ? 'relu6' : 'linear' } as const;
  const convolve = depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d;
  return (values) => convolve({ x: values.get(input) as Value, ...shared });
}

function head(job: Job<HeadWork>, { rows, width, ...data }: HeadData): Run {
  const { lr, betas, eps } = job.optimizer as Extract<HeadWork['optimizer'], { name: 'adamw' }>;
  const all = tf.tensor(data.features, [rows, width]);
  const hot = tf.tidy(() => tf.oneHot(tf.tensor1d(data.labels, 'int32'), job.classes));
  const initial = { weight: tf.tidy(() => tf.tensor(data.weight, [job.classes, width]).transpose()), bias: tf.tensor(data.bias, [job.classes]) };
  const [weight, bias] = [tf.variable(initial.weight), tf.variable(initial.bias)];
  const ranges = batchRanges(rows, job.batchSize);
  return async () => {
    weight.assign(initial.weight);
    bias.assign(initial.bias);
    const optimizer = tf.train.adam(lr, betas[0], betas[1], eps);
    let last = Number.NaN;
    for (let epoch = 0; epoch < job.epochs; epoch++) {
      for (const [from, to] of ranges) {
        const lossOf = (): Value => {
          const logits = all
            .slice(from, to - from)
            .matMul(weight)
            .add(bias);
          return tf.losses.softmaxCrossEntropy(hot.slice(from, to - from), logits);
        };
        const loss = tf.tidy(() => optimizer.minimize(lossOf, true));
        [last = Number.NaN] = await loss.data();
        loss.dispose();
      }
    }
    optimizer.dispose();
    return last;
  };
}

await serve(async (job) => {
  if (job.kind !== 'predict' && job.kind !== 'head') throw new Error('There are no gradients of convolutions in WebAssembly.');
  backend.setWasmPaths(`${dirname(peerFile('@tensorflow/tfjs-backend-wasm'))}/`);
  await tf.setBackend('wasm');
  const { graph } = surgery.prepareModel(await files.loadModelFile(job.model));
  const versions = { tfjs: tf.version_core, node: process.versions.node };
  if (job.kind === 'predict') return { versions, parameters: 0, run: features(job, foldedLayers(graph)) };
  const data = headData(job, graph);
  return { versions, parameters: data.weight.length + data.bias.length, run: head(job, data) };
});
