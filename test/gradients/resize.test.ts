import { describe } from 'vitest';
import { float32 } from '../../src/core/index.js';
import type { AttributeValue } from '../../src/engine/graph/index.js';
import { constant, float, gradient, type InputSpec, ints } from './harness.js';

type Attributes = Readonly<Record<string, AttributeValue>>;

const floats32 = (values: readonly number[]): InputSpec => constant(float32([values.length], values));

/** To the given sizes, linear in the image. */
function toSizes(dims: readonly number[], sizes: readonly number[], attributes: Attributes, roi?: readonly number[]): void {
  const region = roi && floats32(roi);
  gradient({ op: 'Resize', name: `to ${sizes}`, inputs: [float(dims), region, undefined, ints(...sizes)], attributes, linear: [0] });
}

function byScales(dims: readonly number[], scales: readonly number[], attributes: Attributes): void {
  gradient({ op: 'Resize', name: `by ${scales}`, inputs: [float(dims), undefined, floats32(scales)], attributes, linear: [0] });
}

const coordinateModes = ['half_pixel', 'pytorch_half_pixel', 'half_pixel_symmetric', 'align_corners', 'asymmetric'];

describe('Resize to the nearest element', () => {
  for (const coordinate_transformation_mode of coordinateModes) {
    for (const nearest_mode of ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']) {
      const attributes = { mode: 'nearest', nearest_mode, coordinate_transformation_mode };
      toSizes([2, 2, 4, 6], [2, 2, 8, 3], attributes);
      toSizes([2, 2, 4, 6], [2, 2, 7, 1], attributes);
      byScales([2, 2, 4, 6], [1, 1, 2.6, 0.7], attributes);
    }
  }
  toSizes([2, 2, 5], [2, 2, 9], { mode: 'nearest' });
  toSizes([1, 2, 3, 4, 3], [1, 2, 6, 3, 5], { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' });
});

for (const mode of ['linear', 'cubic']) {
  describe(`Resize ${mode}`, () => {
    for (const coordinate_transformation_mode of coordinateModes) {
      const attributes = { mode, coordinate_transformation_mode };
      toSizes([2, 2, 4, 6], [2, 2, 8, 3], attributes);
      toSizes([2, 2, 4, 6], [2, 2, 1, 13], attributes);
      toSizes([2, 2, 1, 6], [2, 2, 3, 6], attributes);
      byScales([2, 2, 4, 6], [1, 1, 2.6, 0.7], attributes);
    }
    for (const antialias of [0, 1]) {
      for (const exclude_outside of mode === 'cubic' ? [0, 1] : [0]) {
        toSizes([1, 2, 9, 7], [1, 2, 4, 3], { mode, antialias, exclude_outside });
        toSizes([1, 2, 9, 7], [1, 2, 4, 10], { mode, antialias, exclude_outside });
      }
    }
    const crop = { mode, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: 3 };
    toSizes([1, 2, 6, 7], [1, 2, 4, 5], crop, [0, 0, 0.2, 0.1, 1, 1, 0.8, 1]);
    toSizes([1, 2, 6, 7], [1, 2, 4, 5], crop, [0, 0, -0.2, 0.1, 1, 1, 0.8, 1.3]);
    toSizes([1, 2, 6, 7], [1, 2, 1, 5], crop, [0, 0, 0.2, 0.1, 1, 1, 0.8, 1]);
  });
}

describe('Resize of some axes', () => {
  const axes = [2, 3];
  gradient({
    op: 'Resize',
    name: 'to sizes',
    inputs: [float([2, 2, 4, 6]), undefined, undefined, ints(7, 9)],
    attributes: { axes, mode: 'linear' },
    linear: [0],
  });
  gradient({
    op: 'Resize',
    name: 'by scales',
    inputs: [float([2, 2, 4, 6]), undefined, floats32([2, 0.5])],
    attributes: { axes, mode: 'linear' },
    linear: [0],
  });
  gradient({
    op: 'Resize',
    name: 'cropped',
    inputs: [float([1, 2, 6, 7]), floats32([0.2, 0.1, 0.8, 1]), undefined, ints(4, 5)],
    attributes: { axes, mode: 'linear', coordinate_transformation_mode: 'tf_crop_and_resize' },
    linear: [0],
  });
  for (const keep_aspect_ratio_policy of ['not_larger', 'not_smaller']) {
    gradient({
      op: 'Resize',
      inputs: [float([1, 2, 4, 6]), undefined, undefined, ints(7, 8)],
      attributes: { axes, mode: 'linear', keep_aspect_ratio_policy },
      linear: [0],
    });
  }
});

describe('Resize in one and three dimensions', () => {
  toSizes([2, 2, 5], [2, 2, 9], { mode: 'linear' });
  toSizes([5, 4], [9, 3], { mode: 'linear' });
  toSizes([1, 2, 3, 4, 3], [1, 2, 6, 3, 5], { mode: 'linear' });
  toSizes([1, 2, 3, 4, 3], [1, 2, 6, 3, 5], { mode: 'linear', coordinate_transformation_mode: 'align_corners' });
  toSizes([1, 1, 1200], [1, 1, 2000], { mode: 'linear' });
});
