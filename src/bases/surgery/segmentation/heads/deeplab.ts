import { convNormRelu } from '../layers.js';
import { deepest, type Head, lowLevel } from './head.js';
import { type Block, spatialPyramid } from './pyramid.js';

const dense: Block = (l, x, name, options) => convNormRelu(l, x, [`${name}.0`, `${name}.1`], options);

/** A window for each channel by itself, then all channels of a position: ninefold less work than both at once. */
const separable: Block = (l, x, name, { channels, ...window }) => {
  const apart = convNormRelu(l, x, [`${name}.depthwise.0`, `${name}.depthwise.1`], { ...window, channels: x.channels, groups: x.channels });
  return convNormRelu(l, apart, [`${name}.pointwise.0`, `${name}.pointwise.1`], { channels });
};

/** DeepLabV3. Source: Chen et al. 2017, arXiv 1706.05587; torchvision/models/segmentation/deeplabv3.py, whose names its weights have behind `head.` */
export const deepLab: Head = (l, inputs) => {
  const seen = spatialPyramid(l, deepest(inputs), 'head.0', inputs, dense);
  const last = convNormRelu(l, seen, ['head.1', 'head.2'], { channels: inputs.width, kernel: 3 });
  return l.conv(last, 'head.4', { channels: inputs.classes, bias: true });
};

/** Channels that the shallow map brings: few, so that it does not outweigh what the pyramid knows. */
const LOW_LEVEL = 48;

/**
 * DeepLabV3+: what the pyramid saw, drawn anew along the edges of a map four times smaller than the image; separable convolutions in both.
 * Source: Chen et al. 2018, arXiv 1802.02611
 */
export const deepLabPlus: Head = (l, inputs) => {
  const { width, classes } = inputs;
  const low = lowLevel(inputs, 4);
  const seen = spatialPyramid(l, deepest(inputs), 'head.aspp', inputs, separable);
  const edges = convNormRelu(l, low, ['head.low.0', 'head.low.1'], { channels: LOW_LEVEL });
  const both = l.concat([l.resize(seen, low), edges], 'head.decoder.in');
  const drawn = [0, 1].reduce((x, i) => separable(l, x, `head.decoder.${i}`, { channels: width, kernel: 3 }), both);
  return l.conv(drawn, 'head.classifier', { channels: classes, bias: true });
};
