import type { WeightStore } from '../../keras-layers/index.js';
import { activate, add, batchNorm, classifierWithDropout, conv, depthwise, padForStride2, rescale } from './layers.js';
import type { Value } from './network.js';
import { divisible, squeezeAndExcite } from './scaling.js';
import type { Application, Applications, Design } from './types.js';

/** Kernel, blocks, filters, how much wider a block is inside, stride of the first. */
const STAGES = [
  [3, 1, 16, 1, 1],
  [3, 2, 24, 6, 2],
  [5, 2, 40, 6, 2],
  [3, 3, 80, 6, 2],
  [5, 3, 112, 6, 1],
  [5, 4, 192, 6, 2],
  [3, 1, 320, 6, 1],
] as const;

const IMAGENET_DEVIATION = [0.229, 0.224, 0.225];

interface Block {
  readonly kernel: number;
  readonly filters: number;
  readonly expansion: number;
  readonly strides: number;
  readonly name: string;
}

function swished(x: Value, name: string, norm = `${name}_bn`): Value {
  return activate(batchNorm(x, { name: norm }), 'swish', `${name}_activation`);
}

function block(x: Value, { kernel, filters, expansion, strides, name }: Block, first: boolean): Value {
  let y = x;
  if (expansion !== 1) y = swished(conv(y, x.channels * expansion, 1, { padding: 'same', bias: false, name: `${name}expand_conv` }), `${name}expand`);
  if (strides === 2) y = padForStride2(y, kernel, `${name}dwconv_pad`);
  y = depthwise(y, kernel, { strides, padding: strides === 2 ? 'valid' : 'same', name: `${name}dwconv` });
  y = activate(batchNorm(y, { name: `${name}bn` }), 'swish', `${name}activation`);
  y = squeezeAndExcite(y, Math.max(1, Math.trunc(x.channels / 4)), `${name}se_`);
  y = conv(y, filters, 1, { padding: 'same', bias: false, name: `${name}project_conv` });
  y = batchNorm(y, { name: `${name}project_bn` });
  if (strides !== 1 || x.channels !== filters) return y;
  return add(first ? y : dropPath(y, `${name}drop`), x, `${name}add`);
}

/** In training, leaves out a sample's whole block. */
export function dropPath(x: Value, name: string): Value {
  return x.net.add({ type: 'Dropout', inputs: [x], name, config: { noise_shape: [null, 1, 1, 1] } });
}

interface Scale {
  readonly width: number;
  readonly depth: number;
  /** Whether the input is divided once more by the roots of ImageNet's deviations. */
  readonly published: boolean;
}

function prepared(image: Value, published: boolean): Value {
  const weights = { mean: [image.channels], variance: [image.channels] };
  const x = image.net.add({ type: 'Normalization', inputs: [rescale(image, 1 / 255)], config: { axis: 3 }, weights });
  return published
    ? rescale(
        x,
        IMAGENET_DEVIATION.map((deviation) => 1 / Math.sqrt(deviation)),
      )
    : x;
}

/** Source: Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", ICML 2019. */
const efficientNet =
  ({ width, depth, published }: Scale): Design =>
  (image, classes) => {
    let x = padForStride2(prepared(image, published), 3, 'stem_conv_pad');
    x = swished(conv(x, divisible(32 * width), 3, { strides: 2, bias: false, name: 'stem_conv' }), 'stem');
    for (const [i, [kernel, count, filters, expansion, stride]] of STAGES.entries()) {
      for (let j = 0; j < Math.ceil(count * depth); j++) {
        const shape = { kernel, filters: divisible(filters * width), expansion, strides: j === 0 ? stride : 1 };
        x = block(x, { ...shape, name: `block${i + 1}${String.fromCharCode(97 + j)}_` }, i === 0 && j === 0);
      }
    }
    x = swished(conv(x, divisible(1280 * width), 1, { padding: 'same', bias: false, name: 'top_conv' }), 'top');
    return classes === undefined ? x : classifierWithDropout(x, classes);
  };

/**
 * The published weights, and those tuned from them, have deviations where their first layer has variances, of which it takes the root.
 * Keras makes up for it with another layer. Source: https://github.com/tensorflow/tensorflow/issues/49930
 */
function isPublished(weights: WeightStore): boolean {
  const variance = weights.find('normalization', 'variance', [])?.tensor.data ?? [];
  return IMAGENET_DEVIATION.every((deviation, i) => Math.abs(deviation - Number(variance[i])) < 1e-4);
}

function scaled(width: number, depth: number, size: number): Application {
  const design = (published: boolean): Design => efficientNet({ width, depth, published });
  return { size, preparation: 'none', designs: [design(false)], refined: (weights) => design(isPublished(weights)) };
}

export const efficientNets: Applications = {
  EfficientNetB0: scaled(1, 1, 224),
  EfficientNetB1: scaled(1, 1.1, 240),
  EfficientNetB2: scaled(1.1, 1.2, 260),
  EfficientNetB3: scaled(1.2, 1.4, 300),
  EfficientNetB4: scaled(1.4, 1.8, 380),
  EfficientNetB5: scaled(1.6, 2.2, 456),
  EfficientNetB6: scaled(1.8, 2.6, 528),
  EfficientNetB7: scaled(2, 3.1, 600),
};
