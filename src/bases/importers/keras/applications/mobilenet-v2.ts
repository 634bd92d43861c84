import { add, batchNorm, conv, dense, depthwise, globalAverage, padForStride2, relu } from './layers.js';
import type { Value } from './network.js';
import { divisible } from './scaling.js';
import type { Applications, Design } from './types.js';

/** Filters, stride of the first, number of blocks. */
const STAGES = [
  [16, 1, 1],
  [24, 2, 2],
  [32, 2, 3],
  [64, 2, 4],
  [96, 1, 3],
  [160, 2, 3],
  [320, 1, 1],
] as const;

/** Wider inside than at its ends, which are added where they are alike. */
function block(x: Value, filters: number, strides: number, id: number): Value {
  const prefix = id === 0 ? 'expanded_conv_' : `block_${id}_`;
  let y = x;
  if (id > 0) {
    y = conv(y, 6 * x.channels, 1, { padding: 'same', bias: false, name: `${prefix}expand` });
    y = relu(batchNorm(y, { name: `${prefix}expand_BN` }), `${prefix}expand_relu`, 6);
  }
  if (strides === 2) y = padForStride2(y, 3, `${prefix}pad`);
  y = depthwise(y, 3, { strides, padding: strides === 2 ? 'valid' : 'same', name: `${prefix}depthwise` });
  y = relu(batchNorm(y, { name: `${prefix}depthwise_BN` }), `${prefix}depthwise_relu`, 6);
  y = conv(y, filters, 1, { padding: 'same', bias: false, name: `${prefix}project` });
  y = batchNorm(y, { name: `${prefix}project_BN` });
  return x.channels === filters && strides === 1 ? add(x, y, `${prefix}add`) : y;
}

/**
 * Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", CVPR 2018.
 * @param alpha factor of all widths; the last layer's only grows
 */
const mobileNetV2 =
  (alpha: number): Design =>
  (image, classes) => {
    let x = conv(image, divisible(32 * alpha), 3, { strides: 2, padding: 'same', bias: false, name: 'Conv1' });
    x = relu(batchNorm(x, { name: 'bn_Conv1' }), 'Conv1_relu', 6);
    let id = 0;
    for (const [filters, strides, count] of STAGES) {
      for (let i = 0; i < count; i++) x = block(x, divisible(Math.trunc(filters * alpha)), i === 0 ? strides : 1, id++);
    }
    x = conv(x, divisible(1280 * Math.max(alpha, 1)), 1, { bias: false, name: 'Conv_1' });
    x = relu(batchNorm(x, { name: 'Conv_1_bn' }), 'out_relu', 6);
    return classes === undefined ? x : dense(globalAverage(x), classes, { activation: 'softmax', name: 'predictions' });
  };

export const mobileNetV2s: Applications = {
  MobileNetV2: {
    size: 224,
    preparation: 'tf',
    designs: [mobileNetV2(1), mobileNetV2(0.35), mobileNetV2(0.5), mobileNetV2(0.75), mobileNetV2(1.3), mobileNetV2(1.4)],
  },
};
