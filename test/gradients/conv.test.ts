import { describe } from 'vitest';
import type { AttributeValue } from '../../src/engine/graph/index.js';
import { float, gradient } from './harness.js';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** Image, kernel and, unless left out, bias: linear in each of them, so one difference quotient is exact. */
function conv(image: readonly number[], kernel: readonly number[], attributes: Attributes = {}, bias = true): void {
  const inputs = [float(image), float(kernel), ...(bias ? [float([kernel[0] as number])] : [])];
  gradient({ op: 'Conv', inputs, attributes, linear: [0, 1, 2] });
}

function convTranspose(grid: readonly number[], kernel: readonly number[], attributes: Attributes = {}, bias = true): void {
  const group = (attributes.group as number | undefined) ?? 1;
  const inputs = [float(grid), float(kernel), ...(bias ? [float([(kernel[1] as number) * group])] : [])];
  gradient({ op: 'ConvTranspose', inputs, attributes, linear: [0, 1, 2] });
}

describe('Conv in two dimensions', () => {
  conv([2, 3, 5, 6], [4, 3, 3, 3]);
  conv([2, 3, 5, 6], [4, 3, 3, 3], {}, false);
  // Depthwise, with more columns than are multiplied at once, and with blocks of them that read only padding.
  conv([2, 3, 5, 31], [3, 1, 3, 3], { group: 3, pads: [1, 1, 1, 1] });
  conv([2, 3, 9, 40], [3, 1, 5, 5], { group: 3, pads: [2, 1, 2, 3], strides: [2, 2] });
  conv([2, 3, 6, 33], [3, 1, 5, 5], { group: 3, pads: [2, 4, 2, 4], dilations: [1, 2] });
  conv([2, 3, 4, 3], [3, 1, 3, 3], { group: 3, pads: [1, 30, 1, 30] });
  // Large enough to be computed by tiles.
  conv([4, 32, 8, 8], [32, 32, 3, 3], { pads: [1, 1, 1, 1] });
  for (const strides of [
    [1, 1],
    [2, 2],
    [1, 2],
    [3, 2],
  ]) {
    for (const pads of [
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 1, 2, 0],
    ]) {
      for (const dilations of [
        [1, 1],
        [2, 1],
      ])
        conv([2, 6, 7, 8], [4, 6, 3, 3], { strides, pads, dilations });
    }
  }
  for (const auto_pad of ['SAME_UPPER', 'SAME_LOWER', 'VALID']) {
    for (const strides of [
      [1, 1],
      [2, 2],
      [2, 3],
    ])
      conv([2, 5, 7, 8], [3, 5, 3, 4], { strides, auto_pad }, false);
  }
});

describe('Conv with kernels of one element, patches and large padding', () => {
  conv([2, 3, 4, 5], [6, 3, 1, 1]);
  conv([2, 6, 4, 5], [3, 6, 1, 1]);
  conv([2, 6, 7, 6], [3, 6, 1, 1], { strides: [2, 2] });
  conv([2, 6, 7, 6], [3, 6, 1, 1], { strides: [2, 3], pads: [1, 0, 0, 2] });
  conv([2, 5, 8, 8], [6, 5, 4, 4], { strides: [4, 4] });
  conv([2, 3, 9, 7], [6, 3, 2, 2], { strides: [2, 2] });
  // Padding beyond the kernel, and a stride beyond it, which leaves elements that nothing reads.
  conv([2, 5, 4, 4], [3, 5, 2, 2], { pads: [3, 2, 4, 3] });
  conv([2, 5, 8, 9], [3, 5, 2, 2], { strides: [3, 4] });
  conv([1, 1, 1, 1], [1, 1, 1, 1]);
  conv([1, 1, 1, 1], [1, 1, 3, 3], { pads: [1, 1, 1, 1] });
});

describe('Conv in every formulation of the kernel gradient', () => {
  // Few channels: columns. Many positions: a product a sample. Few positions: a product over all samples, or one for all taps.
  conv([2, 3, 12, 12], [4, 3, 7, 7], { strides: [2, 2], pads: [3, 3, 3, 3] });
  conv([2, 5, 14, 14], [6, 5, 3, 3], { pads: [1, 1, 1, 1] });
  conv([2, 5, 14, 14], [6, 5, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2], dilations: [2, 2] });
  conv([16, 6, 2, 2], [5, 6, 3, 3], { pads: [1, 1, 1, 1] });
  conv([2, 6, 2, 2], [12, 6, 3, 3], { pads: [1, 1, 1, 1] });
  conv([3, 6, 4, 2], [7, 6, 4, 2], { pads: [1, 0, 2, 1], dilations: [1, 2] });
  conv([3, 6, 5], [7, 6, 3], { pads: [2, 3] });
  conv([2, 16, 2, 2], [12, 16, 1, 1]);
  conv([4, 8, 3, 3], [12, 8, 3, 3], { pads: [1, 1, 1, 1], strides: [2, 2] });
});

describe('Conv with groups', () => {
  for (const strides of [
    [1, 1],
    [2, 2],
  ]) {
    const same = { strides, pads: [1, 1, 1, 1] };
    conv([2, 6, 7, 6], [4, 3, 3, 3], { ...same, group: 2 });
    conv([2, 6, 7, 6], [6, 1, 3, 3], { ...same, group: 6 });
    conv([2, 4, 7, 6], [8, 1, 3, 3], { ...same, group: 4 });
    conv([2, 6, 14, 15], [6, 1, 3, 3], { ...same, group: 6 });
    conv([2, 6, 14, 15], [6, 1, 5, 5], { strides, pads: [2, 2, 2, 2], group: 6 });
    conv([2, 6, 7, 6], [6, 1, 3, 2], { strides, dilations: [2, 3], pads: [0, 2, 1, 1], group: 6 });
    conv([3, 32, 3, 3], [32, 16, 3, 3], { ...same, group: 2 });
    conv([2, 6, 5, 5], [9, 2, 1, 1], { strides, group: 3 });
    conv([3, 24, 2, 2], [36, 12, 1, 1], { strides, group: 2 });
  }
});

describe('Conv in one and three dimensions', () => {
  conv([2, 3, 9], [4, 3, 3], { pads: [1, 2] });
  conv([2, 6, 9], [4, 6, 3], { strides: [2], pads: [1, 1] });
  conv([2, 6, 9], [6, 1, 4], { strides: [2], dilations: [2], pads: [2, 1], group: 6 });
  conv([2, 6, 20], [4, 3, 5], { auto_pad: 'SAME_UPPER', strides: [3], group: 2 });
  conv([2, 2, 4, 5, 4], [3, 2, 3, 3, 3], { pads: [1, 1, 1, 1, 1, 1] });
  conv([2, 5, 4, 5, 4], [3, 5, 2, 3, 2], { strides: [2, 1, 2], pads: [0, 1, 1, 1, 0, 0] });
  conv([2, 4, 4, 5, 4], [4, 1, 3, 3, 3], { pads: [1, 1, 1, 1, 1, 1], group: 4 });
  conv([2, 4, 5, 5, 4], [6, 2, 2, 2, 2], { dilations: [2, 1, 2], strides: [1, 2, 1], group: 2 });
});

describe('ConvTranspose', () => {
  for (const strides of [
    [1, 1],
    [2, 2],
    [3, 2],
  ]) {
    for (const pads of [
      [0, 0, 0, 0],
      [1, 0, 1, 2],
    ]) {
      for (const group of [1, 2]) convTranspose([2, 4, 4, 5], [4, 3, 3, 4], { strides, pads, group });
    }
  }
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], {}, false);
  convTranspose([2, 4, 4, 5], [4, 1, 3, 3], { strides: [2, 2], group: 4, pads: [1, 1, 1, 1], output_padding: [1, 1] });
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], { strides: [2, 2], dilations: [2, 3], output_padding: [1, 1] });
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], { strides: [2, 2], output_shape: [8, 10] });
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], { strides: [2, 2], output_shape: [7, 9], auto_pad: 'SAME_UPPER' });
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], { strides: [2, 2], auto_pad: 'SAME_UPPER' });
  convTranspose([2, 4, 4, 5], [4, 3, 3, 3], { strides: [2, 2], auto_pad: 'SAME_LOWER' });
  convTranspose([2, 4, 4, 5], [4, 3, 1, 1]);
  convTranspose([2, 4, 3, 3], [4, 3, 2, 2], { strides: [2, 2] });
  convTranspose([2, 4, 6], [4, 3, 4], { strides: [2], pads: [1, 1] });
  convTranspose([2, 4, 3, 3, 2], [4, 2, 2, 3, 2], { strides: [2, 1, 2], pads: [0, 1, 0, 0, 1, 0] });
});
