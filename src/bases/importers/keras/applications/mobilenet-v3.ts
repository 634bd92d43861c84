import { activate, add, batchNorm, conv, depthwise, dropout, flatten, globalAverage, multiply, padForStride2, relu, rescale } from './layers.js';
import type { Value } from './network.js';
import { divisible } from './scaling.js';
import type { Applications, Design } from './types.js';

interface Block {
  /** How much wider it is inside. */
  readonly expansion: number;
  readonly filters: number;
  readonly kernel: number;
  readonly strides: number;
  readonly squeezes: boolean;
  readonly swish: boolean;
}

const block = (expansion: number, filters: number, kernel: number, strides: number, squeezes: boolean, swish: boolean): Block => ({
  expansion,
  filters,
  kernel,
  strides,
  squeezes,
  swish,
});

const SMALL: readonly Block[] = [
  block(1, 16, 3, 2, true, false),
  block(72 / 16, 24, 3, 2, false, false),
  block(88 / 24, 24, 3, 1, false, false),
  block(4, 40, 5, 2, true, true),
  block(6, 40, 5, 1, true, true),
  block(6, 40, 5, 1, true, true),
  block(3, 48, 5, 1, true, true),
  block(3, 48, 5, 1, true, true),
  block(6, 96, 5, 2, true, true),
  block(6, 96, 5, 1, true, true),
  block(6, 96, 5, 1, true, true),
];

const LARGE: readonly Block[] = [
  block(1, 16, 3, 1, false, false),
  block(4, 24, 3, 2, false, false),
  block(3, 24, 3, 1, false, false),
  block(3, 40, 5, 2, true, false),
  block(3, 40, 5, 1, true, false),
  block(3, 40, 5, 1, true, false),
  block(6, 80, 3, 2, false, true),
  block(2.5, 80, 3, 1, false, true),
  block(2.3, 80, 3, 1, false, true),
  block(2.3, 80, 3, 1, false, true),
  block(6, 112, 3, 1, true, true),
  block(6, 112, 3, 1, true, true),
  block(6, 160, 5, 2, true, true),
  block(6, 160, 5, 1, true, true),
  block(6, 160, 5, 1, true, true),
];

/** The minimalistic form has neither wide kernels, nor squeezing, nor swish. */
function minimal(blocks: readonly Block[]): Block[] {
  return blocks.map((block) => ({ ...block, kernel: 3, squeezes: false, swish: false }));
}

function nonLinear(x: Value, swish: boolean): Value {
  return swish ? activate(x, 'hard_swish') : relu(x);
}

/** Weighs the channels by what the whole image shows of them. */
function squeezeAndExcite(x: Value, prefix: string): Value {
  const name = `${prefix}squeeze_excite_`;
  let weight = globalAverage(x, `${name}avg_pool`, true);
  weight = relu(conv(weight, divisible(x.channels * 0.25), 1, { padding: 'same', name: `${name}conv` }), `${name}relu`);
  weight = conv(weight, x.channels, 1, { padding: 'same', name: `${name}conv_1` });
  const hardSigmoid = multiply(relu(add(weight, 3), undefined, 6), 1 / 6);
  return multiply(x, hardSigmoid, `${name}mul`);
}

function invertedResidual(x: Value, { expansion, kernel, strides, squeezes, swish }: Block, filters: number, id: number): Value {
  const prefix = id === 0 ? 'expanded_conv_' : `expanded_conv_${id}_`;
  let y = x;
  if (id > 0) {
    y = conv(y, divisible(x.channels * expansion), 1, { padding: 'same', bias: false, name: `${prefix}expand` });
    y = nonLinear(batchNorm(y, { name: `${prefix}expand_bn` }), swish);
  }
  if (strides === 2) y = padForStride2(y, kernel, `${prefix}depthwise_pad`);
  y = depthwise(y, kernel, { strides, padding: strides === 2 ? 'valid' : 'same', name: `${prefix}depthwise` });
  y = nonLinear(batchNorm(y, { name: `${prefix}depthwise_bn` }), swish);
  if (squeezes) y = squeezeAndExcite(y, prefix);
  y = conv(y, filters, 1, { padding: 'same', bias: false, name: `${prefix}project` });
  y = batchNorm(y, { name: `${prefix}project_bn` });
  return strides === 1 && x.channels === filters ? add(x, y, `${prefix}add`) : y;
}

/**
 * Source: Howard et al., "Searching for MobileNetV3", ICCV 2019.
 * @param alpha factor of the blocks' widths @param last width of the layer before the classifier
 */
const mobileNetV3 =
  (blocks: readonly Block[], last: number, alpha: number): Design =>
  (image, classes) => {
    const swish = blocks.some((block) => block.swish);
    let x = conv(rescale(image, 1 / 127.5, -1), 16, 3, { strides: 2, padding: 'same', bias: false, name: 'conv' });
    x = nonLinear(batchNorm(x, { name: 'conv_bn' }), swish);
    for (const [id, block] of blocks.entries()) x = invertedResidual(x, block, divisible(block.filters * alpha), id);
    x = conv(x, divisible(6 * x.channels), 1, { padding: 'same', bias: false, name: 'conv_1' });
    x = nonLinear(batchNorm(x, { name: 'conv_1_bn' }), swish);
    if (classes === undefined) return x;
    x = conv(globalAverage(x, undefined, true), last, 1, { padding: 'same', name: 'conv_2' });
    x = dropout(nonLinear(x, swish), 0.2);
    x = conv(x, classes, 1, { padding: 'same', name: 'logits' });
    return activate(flatten(x), 'softmax', 'predictions');
  };

export const mobileNetV3s: Applications = {
  MobileNetV3Small: {
    size: 224,
    preparation: 'none',
    designs: [mobileNetV3(SMALL, 1024, 1), mobileNetV3(SMALL, 1024, 0.75), mobileNetV3(minimal(SMALL), 1024, 1)],
  },
  MobileNetV3Large: {
    size: 224,
    preparation: 'none',
    designs: [mobileNetV3(LARGE, 1280, 1), mobileNetV3(LARGE, 1280, 0.75), mobileNetV3(minimal(LARGE), 1280, 1)],
  },
};
