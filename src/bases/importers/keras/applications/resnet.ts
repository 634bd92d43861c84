import { activate, add, batchNorm, classifier, conv, maxPool, zeroPad } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

const EPSILON = 1.001e-5;

/** Normalisation and ReLU. */
function normalized(x: Value, norm: string, relu: string): Value {
  return activate(batchNorm(x, { epsilon: EPSILON, name: norm }), 'relu', relu);
}

function border(x: Value, width: number, name: string): Value {
  const side = [width, width] as const;
  return zeroPad(x, [side, side], name);
}

/** Three convolutions beside a shortcut, which is a convolution where the block is a stage's first. */
function block(x: Value, filters: number, stride: number, first: boolean, name: string): Value {
  const convolved = first && conv(x, 4 * filters, 1, { strides: stride, name: `${name}_0_conv` });
  const shortcut = convolved ? batchNorm(convolved, { epsilon: EPSILON, name: `${name}_0_bn` }) : x;
  let y = conv(x, filters, 1, { strides: stride, name: `${name}_1_conv` });
  y = normalized(y, `${name}_1_bn`, `${name}_1_relu`);
  y = conv(y, filters, 3, { padding: 'same', name: `${name}_2_conv` });
  y = normalized(y, `${name}_2_bn`, `${name}_2_relu`);
  y = conv(y, 4 * filters, 1, { name: `${name}_3_conv` });
  y = batchNorm(y, { epsilon: EPSILON, name: `${name}_3_bn` });
  return activate(add(shortcut, y, `${name}_add`), 'relu', `${name}_out`);
}

/** The second version normalises before each convolution; its stages shrink the image in their last block. */
function preactivatedBlock(x: Value, filters: number, stride: number, first: boolean, name: string): Value {
  const preact = normalized(x, `${name}_preact_bn`, `${name}_preact_relu`);
  const passed = stride > 1 ? maxPool(x, 1, { strides: stride }) : x;
  const shortcut = first ? conv(preact, 4 * filters, 1, { strides: stride, name: `${name}_0_conv` }) : passed;
  let y = conv(preact, filters, 1, { bias: false, name: `${name}_1_conv` });
  y = normalized(y, `${name}_1_bn`, `${name}_1_relu`);
  y = conv(border(y, 1, `${name}_2_pad`), filters, 3, { strides: stride, bias: false, name: `${name}_2_conv` });
  y = normalized(y, `${name}_2_bn`, `${name}_2_relu`);
  y = conv(y, 4 * filters, 1, { name: `${name}_3_conv` });
  return add(shortcut, y, `${name}_out`);
}

function stem(image: Value): Value {
  return conv(border(image, 3, 'conv1_pad'), 64, 7, { strides: 2, name: 'conv1_conv' });
}

function stemPool(x: Value): Value {
  return maxPool(border(x, 1, 'pool1_pad'), 3, { strides: 2, name: 'pool1_pool' });
}

/** Source: He et al., "Deep residual learning for image recognition", CVPR 2016. */
const resnet =
  (blocks: readonly number[]): Design =>
  (image, classes) => {
    let x = stemPool(normalized(stem(image), 'conv1_bn', 'conv1_relu'));
    for (const [i, count] of blocks.entries()) {
      for (let j = 1; j <= count; j++) x = block(x, 64 * 2 ** i, j === 1 && i > 0 ? 2 : 1, j === 1, `conv${i + 2}_block${j}`);
    }
    return classes === undefined ? x : classifier(x, classes);
  };

/** Source: He et al., "Identity mappings in deep residual networks", ECCV 2016. */
const resnetV2 =
  (blocks: readonly number[]): Design =>
  (image, classes) => {
    let x = stemPool(stem(image));
    for (const [i, count] of blocks.entries()) {
      const shrinks = i < blocks.length - 1;
      for (let j = 1; j <= count; j++) x = preactivatedBlock(x, 64 * 2 ** i, j === count && shrinks ? 2 : 1, j === 1, `conv${i + 2}_block${j}`);
    }
    x = normalized(x, 'post_bn', 'post_relu');
    return classes === undefined ? x : classifier(x, classes);
  };

export const resnets: Applications = {
  ResNet50: { size: 224, preparation: 'caffe', designs: [resnet([3, 4, 6, 3])] },
  ResNet101: { size: 224, preparation: 'caffe', designs: [resnet([3, 4, 23, 3])] },
  ResNet152: { size: 224, preparation: 'caffe', designs: [resnet([3, 8, 36, 3])] },
  ResNet50V2: { size: 224, preparation: 'tf', designs: [resnetV2([3, 4, 6, 3])] },
  ResNet101V2: { size: 224, preparation: 'tf', designs: [resnetV2([3, 4, 23, 3])] },
  ResNet152V2: { size: 224, preparation: 'tf', designs: [resnetV2([3, 8, 36, 3])] },
};
