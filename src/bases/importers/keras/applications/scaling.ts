import { conv, globalAverage, multiply, reshape } from './layers.js';
import type { Value } from './network.js';

/** The multiple of 8 nearest to `width`, at least 8, and never less than nine tenths of it: how mobile networks round their widths. */
export function divisible(width: number): number {
  const rounded = Math.max(8, 8 * Math.floor((width + 4) / 8));
  return rounded < 0.9 * width ? rounded + 8 : rounded;
}

/** Weighs the channels by what the whole image shows of them. Source: Hu et al., "Squeeze-and-excitation networks", CVPR 2018. */
export function squeezeAndExcite(x: Value, filters: number, prefix: string): Value {
  let weight = reshape(globalAverage(x, `${prefix}squeeze`), [1, 1], `${prefix}reshape`);
  weight = conv(weight, filters, 1, { padding: 'same', activation: 'swish', name: `${prefix}reduce` });
  weight = conv(weight, x.channels, 1, { padding: 'same', activation: 'sigmoid', name: `${prefix}expand` });
  return multiply(x, weight, `${prefix}excite`);
}
