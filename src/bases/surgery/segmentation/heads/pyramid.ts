import type { FeatureMap } from '../feature-map.js';
import { type ConvOptions, convNormRelu, type Layers } from '../layers.js';
import type { HeadInputs } from './head.js';

/** A convolution, its normalisation and ReLU; named after the first two. */
export type Block = (l: Layers, x: FeatureMap, name: string, options: ConvOptions) => FeatureMap;

/** How far apart the windows of the pyramid look, in pixels of the image: 6, 12 and 18 positions at stride 16, twice as many at stride 8. */
const REACH = [96, 192, 288];

/**
 * Atrous spatial pyramid pooling: the map through windows of growing dilation and as a whole, joined.
 * Source: Chen et al. 2017, arXiv 1706.05587; torchvision/models/segmentation/deeplabv3.py
 * @param window the layer for dilated windows
 */
export function spatialPyramid(l: Layers, x: FeatureMap, name: string, { image, width, dropout }: HeadInputs, window: Block): FeatureMap {
  const branch = `${name}.convs`;
  const stride = image.height / x.height;
  const near = convNormRelu(l, x, [`${branch}.0.0`, `${branch}.0.1`], { channels: width });
  const dilated = REACH.map((reach, i) =>
    window(l, x, `${branch}.${i + 1}`, { channels: width, kernel: 3, dilation: Math.max(1, Math.round(reach / stride)) }),
  );
  const whole = convNormRelu(l, l.mean(x), [`${branch}.4.1`, `${branch}.4.2`], { channels: width });
  const all = l.concat([near, ...dilated, l.resize(whole, x)], `${branch}.all`);
  const joined = convNormRelu(l, all, [`${name}.project.0`, `${name}.project.1`], { channels: width });
  return l.dropout(joined, `${name}.project.3`, dropout);
}
