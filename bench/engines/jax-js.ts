import type { Tensor } from '../../src/core/index.js';
import type { HeadWork, Job, PredictWork } from '../job.js';
import { type Opened, serve } from './child.js';
import { inputsOf } from './data.js';
import { foldedLayers, type Layer } from './folded.js';
import { batchRanges, type HeadData, headData } from './head-data.js';
import { importPeer, peerVersion } from './peers.js';
import { files, surgery } from './product.js';

/** What is used of jax-js; the package is installed for the benchmark alone. An operation consumes its operands; `ref` keeps one. */
interface Value {
  readonly ref: Value;
  data(): Promise<Float32Array>;
  dispose(): void;
  add(other: Value | number): Value;
  sub(other: Value): Value;
  mul(other: Value | number): Value;
  div(other: Value): Value;
  sum(): Value;
  reshape(dims: readonly number[]): Value;
}

type Compute = (...values: Value[]) => Value[];

interface Jax {
  init(device: string): Promise<unknown>;
  defaultDevice(device: string): unknown;
  jit(compute: Compute): Compute;
  valueAndGrad(loss: (...values: Value[]) => Value, options: { readonly argnums: readonly number[] }): (...values: Value[]) => [Value, Value[]];
  readonly numpy: {
    array(data: Float32Array): Value;
    zeros(dims: readonly number[]): Value;
    clip(value: Value, low: number, high: number): Value;
    mean(value: Value, axes: readonly number[]): Value;
    matmul(a: Value, b: Value): Value;
    matrixTranspose(value: Value): Value;
    sqrt(value: Value): Value;
    abs(value: Value): Value;
  };
  readonly nn: { logSoftmax(value: Value, axis: number): Value };
  readonly lax: {
    convGeneralDilated(
      x: Value,
      kernel: Value,
      strides: number[],
      padding: [number, number][],
      options: { readonly featureGroupCount: number },
    ): Value;
  };
}

type Run = Opened['run'];

const jax = await importPeer<Jax>('@jax-js/jax');
const { numpy: np } = jax;

function array(data: Float32Array, dims: readonly number[]): Value {
  return np.array(data).reshape(dims);
}

function features(job: Job<PredictWork>, layers: readonly Layer[]): Run {
  const [[name, image]] = Object.entries(inputsOf(job)) as [[string, Tensor]];
  const input = array(image.data as Float32Array, image.dims);
  const weights = layers.flatMap((layer) =>
    layer.kind === 'convolution' ? [array(layer.weight, layer.dims), array(layer.bias, [1, layer.bias.length, 1, 1])] : [],
  );
  const compute = jax.jit((x, ...parameters) => [forward(layers, name, x as Value, parameters)]);
  return async () => {
    const [mean] = compute(input.ref, ...weights.map((weight) => weight.ref));
    const [value = Number.NaN] = (await mean?.data()) ?? [];
    return value;
  };
}

/** The mean size of the features; every value is kept until the end, where tracing has no need of it. */
function forward(layers: readonly Layer[], name: string, input: Value, parameters: readonly Value[]): Value {
  const values = new Map([[name, input]]);
  const get = (key: string): Value => (values.get(key) as Value).ref;
  let next = 0;
  let last = input;
  for (const layer of layers) {
    if (layer.kind === 'convolution') {
      const { stride, padding, groups, relu6 } = layer;
      const [kernel, bias] = [parameters[next++] as Value, parameters[next++] as Value];
      const pads: [number, number][] = [
        [padding, padding],
        [padding, padding],
      ];
      const sum = jax.lax.convGeneralDilated(get(layer.input), kernel, [stride, stride], pads, { featureGroupCount: groups }).add(bias);
      last = relu6 ? np.clip(sum, 0, 6) : sum;
    } else last = layer.kind === 'pool' ? np.mean(get(layer.input), [2, 3]) : layer.inputs.map(get).reduce((a, b) => a.add(b));
    values.set(layer.output, last);
  }
  return np.mean(np.abs(last.ref), [0, 1]);
}

function head(job: Job<HeadWork>, data: HeadData): Run {
  const { lr, betas, eps } = job.optimizer as Extract<HeadWork['optimizer'], { name: 'adamw' }>;
  const { rows, width } = data;
  const batches = batchRanges(rows, job.batchSize).map(([from, to]) => ({
    x: array(data.features.slice(from * width, to * width), [to - from, width]),
    y: array(hotRows(data.labels.slice(from, to), job.classes), [to - from, job.classes]),
  }));
  const step = jax.jit(adamStep(betas, eps));
  return async () => {
    let state = [
      array(data.weight, [job.classes, width]),
      array(data.bias, [job.classes]),
      ...zeros(job.classes, width),
      ...zeros(job.classes, width),
    ];
    let [last, count] = [Number.NaN, 0];
    for (let epoch = 0; epoch < job.epochs; epoch++) {
      for (const { x, y } of batches) {
        count++;
        const scalars = Float32Array.of(lr / (1 - betas[0] ** count), 1 / Math.sqrt(1 - betas[1] ** count));
        const [loss, ...next] = step(...state, x.ref, y.ref, ...Array.from(scalars, (value) => array(Float32Array.of(value), [])));
        [last = Number.NaN] = (await loss?.data()) ?? [];
        state = next;
      }
    }
    for (const value of state) value.dispose();
    return last;
  };
}

function zeros(classes: number, width: number): Value[] {
  return [np.zeros([classes, width]), np.zeros([classes])];
}

function hotRows(labels: readonly number[], classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    rows[row * classes + label] = 1;
  });
  return rows;
}

/** Weight, bias, their means, their squares, features, labels, step size, correction → loss and the next of the first six. */
function adamStep([beta1, beta2]: readonly [number, number], eps: number): Compute {
  const gradients = jax.valueAndGrad(
    (weight, bias, x, y) => {
      const logits = np.matmul(x as Value, np.matrixTranspose(weight as Value)).add(bias as Value);
      const total = (y as Value).ref.sum();
      return jax.nn
        .logSoftmax(logits, -1)
        .mul(y as Value)
        .sum()
        .mul(-1)
        .div(total);
    },
    { argnums: [0, 1] },
  );
  return (...inputs) => {
    const [x, y, stepSize, correction] = inputs.slice(6) as [Value, Value, Value, Value];
    const [loss, found] = gradients((inputs[0] as Value).ref, (inputs[1] as Value).ref, x, y);
    const updated = [0, 1].map((i) => {
      const [weight, mean, square, gradient] = [inputs[i], inputs[2 + i], inputs[4 + i], found[i]] as [Value, Value, Value, Value];
      const nextMean = mean.mul(beta1).add(gradient.ref.mul(1 - beta1));
      const nextSquare = square.mul(beta2).add(gradient.ref.mul(gradient).mul(1 - beta2));
      const denominator = np.sqrt(nextSquare.ref).mul(correction.ref).add(eps);
      return [weight.sub(nextMean.ref.div(denominator).mul(stepSize.ref)), nextMean, nextSquare] as const;
    });
    return [loss, ...[0, 1, 2].flatMap((part) => updated.map((values) => values[part] as Value))];
  };
}

await serve(async (job) => {
  if (job.kind !== 'predict' && job.kind !== 'head') throw new Error('Takes half a minute for a step of MobileNetV2.');
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  const { graph } = surgery.prepareModel(await files.loadModelFile(job.model));
  const versions = { 'jax-js': peerVersion('@jax-js/jax'), node: process.versions.node };
  if (job.kind === 'predict') return { versions, parameters: 0, run: features(job, foldedLayers(graph)) };
  const data = headData(job, graph);
  return { versions, parameters: data.weight.length + data.bias.length, run: head(job, data) };
});
