import { activate, batchNorm, conv, depthwise, dropout, globalAverage, relu, reshape, zeroPad } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

/** Filters of the blocks after the stem; those that double them halve the image first. */
const FILTERS = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
const SHRINKING: ReadonlySet<number> = new Set([2, 4, 6, 12]);

function normalized(x: Value, name: string): Value {
  return relu(batchNorm(x, { name: `${name}_bn` }), `${name}_relu`, 6);
}

/** A convolution of each channel, then one that mixes them. */
function block(x: Value, filters: number, id: number): Value {
  const strides = SHRINKING.has(id) ? 2 : 1;
  const corner = [0, 1] as const;
  const padded = strides === 2 ? zeroPad(x, [corner, corner], `conv_pad_${id}`) : x;
  const y = depthwise(padded, 3, { strides, padding: strides === 2 ? 'valid' : 'same', name: `conv_dw_${id}` });
  const mixed = conv(normalized(y, `conv_dw_${id}`), filters, 1, { padding: 'same', bias: false, name: `conv_pw_${id}` });
  return normalized(mixed, `conv_pw_${id}`);
}

/**
 * Source: Howard et al., "MobileNets: efficient convolutional neural networks for mobile vision applications", 2017.
 * @param alpha factor of all widths
 */
const mobileNet =
  (alpha: number): Design =>
  (image, classes) => {
    let x = conv(image, Math.trunc(32 * alpha), 3, { strides: 2, padding: 'same', bias: false, name: 'conv1' });
    x = normalized(x, 'conv1');
    for (const [i, filters] of FILTERS.entries()) x = block(x, Math.trunc(filters * alpha), i + 1);
    if (classes === undefined) return x;
    x = dropout(globalAverage(x, undefined, true), 0.001, 'dropout');
    x = conv(x, classes, 1, { padding: 'same', name: 'conv_preds' });
    return activate(reshape(x, [], 'reshape_2'), 'softmax', 'predictions');
  };

export const mobileNets: Applications = {
  MobileNet: { size: 224, preparation: 'tf', designs: [mobileNet(1), mobileNet(0.75), mobileNet(0.5), mobileNet(0.25)] },
};
