// What TensorFlow.js computes for tiny models that cover the layers it has: writes test/tfjs/layers.json with topologies,
// names of weights and outputs; weights and inputs come from the generator of src/core/random.ts. Run as published.mjs.
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';

const repository = resolve(process.argv[2] ?? '../../..');
const { Random } = await import(pathToFileURL(join(repository, 'src/core/index.ts')).href);
const l = tf.layers;
const image = [8, 7, 4];

/** A case: an input shape (or several) and what is built on it. */
const chain =
  (shape, ...layers) =>
  () => {
    const input = tf.input({ shape, name: 'x' });
    return tf.model({ inputs: input, outputs: layers.reduce((value, layer) => layer.apply(value), input) });
  };
const merge = (shapes, build) => () => {
  const inputs = shapes.map((shape, i) => tf.input({ shape, name: `x${i}` }));
  return tf.model({ inputs, outputs: build(inputs) });
};
const activations = [
  'elu',
  'hardSigmoid',
  'linear',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'mish',
  'gelu',
];

const cases = {
  'conv1d-same': chain([9, 3], l.conv1d({ name: 'c', filters: 5, kernelSize: 4, strides: 2, padding: 'same' })),
  'conv2d-valid': chain(image, l.conv2d({ name: 'c', filters: 5, kernelSize: [3, 2], strides: [2, 1], activation: 'relu' })),
  'conv2d-same': chain(image, l.conv2d({ name: 'c', filters: 5, kernelSize: 3, strides: 2, padding: 'same', useBias: false })),
  'conv2d-dilated': chain(image, l.conv2d({ name: 'c', filters: 5, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'softmax' })),
  'conv2d-channels-first': chain(
    [4, 8, 7],
    l.conv2d({ name: 'c', filters: 5, kernelSize: 3, dataFormat: 'channelsFirst' }),
    l.maxPooling2d({ name: 'p', poolSize: 2, dataFormat: 'channelsFirst' }),
    l.globalAveragePooling2d({ name: 'g', dataFormat: 'channelsFirst' }),
  ),
  conv3d: chain([5, 6, 4, 2], l.conv3d({ name: 'c', filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
  'conv2d-transpose-same': chain(image, l.conv2dTranspose({ name: 'c', filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
  'conv2d-transpose-valid': chain(image, l.conv2dTranspose({ name: 'c', filters: 3, kernelSize: [4, 2], strides: [2, 3], padding: 'valid' })),
  'conv2d-transpose-small': chain(image, l.conv2dTranspose({ name: 'c', filters: 3, kernelSize: 2, strides: 3, padding: 'same' })),
  depthwise: chain(image, l.depthwiseConv2d({ name: 'c', kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' })),
  separable: chain(image, l.separableConv2d({ name: 'c', filters: 6, kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'tanh' })),
  'max-pooling2d': chain(image, l.maxPooling2d({ name: 'p', poolSize: 3, strides: 2, padding: 'same' })),
  'average-pooling2d': chain(
    image,
    l.averagePooling2d({ name: 'p', poolSize: 3, strides: 2, padding: 'same' }),
    l.averagePooling2d({ name: 'q', poolSize: 2 }),
  ),
  pooling1d: chain([9, 3], l.maxPooling1d({ name: 'p', poolSize: 2, padding: 'same' }), l.averagePooling1d({ name: 'q', poolSize: 2 })),
  pooling3d: chain([4, 6, 4, 2], l.maxPooling3d({ name: 'p', poolSize: 2 }), l.averagePooling3d({ name: 'q', poolSize: [1, 2, 2] })),
  'global-average2d': chain(
    image,
    l.conv2d({ name: 'c', filters: 5, kernelSize: 1 }),
    l.globalAveragePooling2d({ name: 'g' }),
    l.dense({ name: 'd', units: 3 }),
  ),
  'global-max2d': chain(image, l.globalMaxPooling2d({ name: 'g' })),
  global1d: merge([[9, 3]], ([x]) => [l.globalAveragePooling1d({ name: 'a' }).apply(x), l.globalMaxPooling1d({ name: 'm' }).apply(x)]),
  'batch-normalization': chain(image, l.batchNormalization({ name: 'b', epsilon: 0.01 }), l.activation({ name: 'r', activation: 'relu' })),
  'batch-normalization-plain': chain(
    [6],
    l.batchNormalization({ name: 'b', scale: false }),
    l.dense({ name: 'd', units: 3 }),
    l.batchNormalization({ name: 'e', center: false }),
  ),
  'batch-normalization-sequence': chain([5, 6], l.batchNormalization({ name: 'b' })),
  'layer-normalization': chain([5, 6], l.layerNormalization({ name: 'n' })),
  'dense-image': chain(image, l.conv2d({ name: 'c', filters: 5, kernelSize: 3 }), l.dense({ name: 'd', units: 3, activation: 'sigmoid' })),
  'dense-sequence': chain([5, 6], l.dense({ name: 'd', units: 3, useBias: false }), l.dense({ name: 'e', units: 2 })),
  'flatten-image': chain(
    image,
    l.conv2d({ name: 'c', filters: 5, kernelSize: 3 }),
    l.flatten({ name: 'f' }),
    l.dense({ name: 'd', units: 3, activation: 'softmax' }),
  ),
  embedding: chain([6], l.embedding({ name: 'e', inputDim: 3, outputDim: 4 }), l.globalAveragePooling1d({ name: 'g' })),
  reshape: chain(
    image,
    l.conv2d({ name: 'c', filters: 4, kernelSize: 1 }),
    l.reshape({ name: 'r', targetShape: [-1, 8] }),
    l.permute({ name: 'p', dims: [2, 1] }),
  ),
  'reshape-back': chain(
    [12],
    l.dense({ name: 'd', units: 24 }),
    l.reshape({ name: 'r', targetShape: [3, 4, 2] }),
    l.conv2d({ name: 'c', filters: 3, kernelSize: 2 }),
  ),
  'repeat-vector': chain([5], l.repeatVector({ name: 'r', n: 3 })),
  padding: chain(
    image,
    l.zeroPadding2d({
      name: 'z',
      padding: [
        [1, 2],
        [0, 3],
      ],
    }),
    l.cropping2D({
      name: 'c',
      cropping: [
        [1, 0],
        [2, 1],
      ],
    }),
  ),
  'up-sampling': chain(image, l.upSampling2d({ name: 'u', size: [2, 3] })),
  'up-sampling-bilinear': chain(image, l.upSampling2d({ name: 'u', size: [2, 2], interpolation: 'bilinear' })),
  relu: chain(
    image,
    l.reLU({ name: 'a', maxValue: 0.3 }),
    l.leakyReLU({ name: 'b', alpha: 0.2 }),
    l.elu({ name: 'c' }),
    l.thresholdedReLU({ name: 'd', theta: 0.1 }),
  ),
  'leaky-elu': chain(image, l.leakyReLU({ name: 'b' }), l.elu({ name: 'c' }), l.softmax({ name: 's', axis: -1 })),
  prelu: chain(image, l.prelu({ name: 'p', sharedAxes: [1, 2] }), l.conv2d({ name: 'c', filters: 5, kernelSize: 3 }), l.prelu({ name: 'q' })),
  activations: merge([[5, 6]], ([x]) => activations.map((name) => l.activation({ name: `a_${name}`, activation: name }).apply(x))),
  noise: chain(
    [6],
    l.gaussianNoise({ name: 'n', stddev: 1 }),
    l.dropout({ name: 'd', rate: 0.5 }),
    l.gaussianDropout({ name: 'g', rate: 0.5 }),
    l.alphaDropout({ name: 'a', rate: 0.5 }),
    l.dense({ name: 'e', units: 2 }),
  ),
  merges: merge([image, image, image], (x) => [
    l.add({ name: 'a' }).apply(x),
    l.multiply({ name: 'm' }).apply(x),
    l.average({ name: 'v' }).apply(x),
    l.maximum({ name: 'x' }).apply(x),
    l.minimum({ name: 'n' }).apply(x),
  ]),
  'squeeze-excite': merge([image], ([x]) => {
    const c = l.conv2d({ name: 'c', filters: 6, kernelSize: 3, padding: 'same' }).apply(x);
    const s = l.reshape({ name: 'r', targetShape: [1, 1, 6] }).apply(l.globalAveragePooling2d({ name: 'g' }).apply(c));
    return l.multiply({ name: 'm' }).apply([c, l.conv2d({ name: 'e', filters: 6, kernelSize: 1, activation: 'hardSigmoid' }).apply(s)]);
  }),
  'concatenate-channels': merge([image, [8, 7, 2]], (x) =>
    l.concatenate({ name: 'c' }).apply([l.conv2d({ name: 'a', filters: 3, kernelSize: 1 }).apply(x[0]), x[1]]),
  ),
  'concatenate-rows': merge([image, [3, 7, 4]], (x) => l.concatenate({ name: 'c', axis: 1 }).apply(x)),
  'several-outputs': merge([image], ([x]) => {
    const c = l.conv2d({ name: 'c', filters: 3, kernelSize: 3 }).apply(x);
    return [c, l.globalMaxPooling2d({ name: 'g' }).apply(c)];
  }),
  shared: merge([[6], [6]], (x) => {
    const dense = l.dense({ name: 'd', units: 3, activation: 'relu' });
    return l.concatenate({ name: 'c' }).apply([dense.apply(x[0]), dense.apply(x[1])]);
  }),
  nested: () => {
    const input = tf.input({ shape: image, name: 'inner_x' });
    const inner = tf.model({ name: 'inner', inputs: input, outputs: l.conv2d({ name: 'conv', filters: 5, kernelSize: 3, strides: 2 }).apply(input) });
    const tail = tf.sequential({
      name: 'tail',
      layers: [l.flatten({ name: 'flat', inputShape: [3, 3, 5] }), l.dense({ name: 'dense', units: 4, activation: 'relu' })],
    });
    const x = tf.input({ shape: image, name: 'x' });
    return tf.model({ inputs: x, outputs: l.dense({ name: 'last', units: 2 }).apply(tail.apply(inner.apply(x))) });
  },
  sequential: () =>
    tf.sequential({
      layers: [
        l.conv2d({ name: 'c', filters: 4, kernelSize: 3, inputShape: image, activation: 'relu' }),
        l.maxPooling2d({ name: 'p', poolSize: 2 }),
        l.flatten({ name: 'f' }),
        l.dense({ name: 'd', units: 3, activation: 'softmax' }),
      ],
    }),
  'sequential-nested': () =>
    tf.sequential({
      layers: [
        tf.sequential({ name: 'base', layers: [l.dense({ name: 'a', units: 4, inputShape: [6], activation: 'tanh' })] }),
        l.dense({ name: 'b', units: 2 }),
      ],
    }),
  'cells-lstm': chain([5, 3], l.lstm({ name: 'r', units: 4, returnSequences: true }), l.lstm({ name: 's', units: 3 })),
  'cells-gru': chain([5, 3], l.gru({ name: 'r', units: 4, returnSequences: true }), l.gru({ name: 's', units: 3, goBackwards: true })),
  'cells-simple': chain(
    [5, 3],
    l.simpleRNN({ name: 'r', units: 4, returnSequences: true }),
    l.simpleRNN({ name: 's', units: 3, activation: 'relu' }),
  ),
  'cells-bidirectional': chain(
    [5, 3],
    l.bidirectional({ name: 'b', layer: l.lstm({ name: 'r', units: 4, returnSequences: true }), mergeMode: 'concat' }),
    l.bidirectional({ name: 'e', layer: l.gru({ name: 'g', units: 3 }), mergeMode: 'sum' }),
  ),
  'time-distributed': chain([5, 6], l.timeDistributed({ name: 't', layer: l.dense({ name: 'd', units: 3, activation: 'relu' }) })),
};

const numbers = (name, size, low, high) => {
  const random = new Random(11, name);
  return Float32Array.from({ length: size }, () => random.uniform(low, high));
};
const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/** At most some hundred values of an output; the odd stride meets every channel. */
function sample(result) {
  const data = result.dataSync();
  const stride = Math.floor(data.length / 96) | 1;
  const values = Array.from({ length: Math.ceil(data.length / stride) }, (_, i) => Number(data[i * stride].toPrecision(8)));
  return { shape: result.shape, stride, values };
}

/** What says how weights began, or constrains training, has no effect on the result. */
function withoutInitializers(topology) {
  const unused = /_(initializer|regularizer|constraint)$/;
  return JSON.parse(JSON.stringify(topology, (key, value) => (unused.test(key) ? undefined : value)));
}

const golden = {};
for (const [name, build] of Object.entries(cases)) {
  const model = build();
  const weights = model.weights.map((weight) => ({ name: weight.originalName, shape: weight.shape, dtype: 'float32' }));
  model.setWeights(
    weights.map(({ name, shape }) => tf.tensor(numbers(name, sizeOf(shape), ...(name.includes('variance') ? [0.5, 1.5] : [-0.5, 0.5])), shape)),
  );
  // Two samples each. An embedding takes indices: -1..1 truncates to 0.
  const inputs = model.inputs.map((input) => ({ name: input.name, shape: [2, ...input.shape.slice(1)] }));
  const values = inputs.map(({ name, shape }) =>
    tf.tensor(numbers(name, sizeOf(shape), ...(model.layers.some((layer) => layer.getClassName() === 'Embedding') ? [0, 2.99] : [-1, 1])), shape),
  );
  const indices = model.layers.some((layer) => layer.getClassName() === 'Embedding');
  const fed = indices ? values.map((value) => value.floor()) : values;
  const results = [model.predict(fed)].flat();
  golden[name] = {
    topology: withoutInitializers(model.toJSON(undefined, false)),
    weights,
    inputs: inputs.map((input) => ({ ...input, ...(indices ? { indices: true } : {}) })),
    outputs: results.map(sample),
  };
}
const lines = Object.entries(golden).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
writeFileSync(join(repository, 'test/tfjs/layers.json'), `{"tfjs":"${tf.version.tfjs}","cases":{\n${lines.join(',\n')}\n}}\n`);
console.log(lines.length, 'cases');
