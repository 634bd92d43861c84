import type { FeatureMap } from '../feature-map.js';
import { convNormRelu, type Layers } from '../layers.js';
import { deepest, type Head, type HeadInputs } from './head.js';

/** A 3×3 convolution, and one score a class. Source: Long et al. 2014, arXiv 1411.4038; torchvision/models/segmentation/fcn.py */
export function fullyConvolutional(
  l: Layers,
  x: FeatureMap,
  name: string,
  { classes, width, dropout }: Omit<HeadInputs, 'stages' | 'image'>,
): FeatureMap {
  const seen = convNormRelu(l, x, [`${name}.0`, `${name}.1`], { channels: width, kernel: 3 });
  return l.conv(l.dropout(seen, `${name}.3`, dropout), `${name}.4`, { channels: classes, bias: true });
}

export const fcn: Head = (l, inputs) => fullyConvolutional(l, deepest(inputs), 'head', inputs);
