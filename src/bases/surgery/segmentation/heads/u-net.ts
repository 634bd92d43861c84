import type { FeatureMap } from '../feature-map.js';
import { convNormRelu, type Layers } from '../layers.js';
import type { Head } from './head.js';

/** Channels that the shallowest maps are given at least. */
const LEAST = 16;

/**
 * From the deepest map up, each step enlarged, joined with the map of that size and looked at by two 3×3 convolutions, of half as many channels each time.
 * Source: Ronneberger et al. 2015, arXiv 1505.04597, with a backbone in place of its contracting path
 */
export const uNet: Head = (l, { stages, classes, width, dropout }) => {
  const [deep, ...skips] = stages.map(({ map }) => map).reverse() as [FeatureMap, ...FeatureMap[]];
  const drawn = skips.reduce(
    (x, skip, i) => block(l, l.concat([l.resize(x, skip), skip], `head.${i}.in`), `head.${i}`, Math.max(LEAST, width >> i)),
    deep,
  );
  return l.conv(l.dropout(drawn, 'head.dropout', dropout), 'head.classifier', { channels: classes, kernel: 3, bias: true });
};

function block(l: Layers, x: FeatureMap, name: string, channels: number): FeatureMap {
  return [0, 1].reduce((y, i) => convNormRelu(l, y, [`${name}.${i}.0`, `${name}.${i}.1`], { channels, kernel: 3 }), x);
}
