import { attribute, axisOf, resizePlan, type Value } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { type AxisResize, type Interpolation, resizeMap } from './resize-maps.js';
import { adjointAlong } from './separable.js';

/** Resize is a linear map along each axis; its gradient applies the transposed maps. What is extrapolated has none. */
const resize: GradientRule = (c) => {
  const how = interpolationOf(c);
  const dx = axesOf(c).reduce((gradient: Value, axis, index) => adjointAlong(c.b, gradient, index, resizeMap(axis, how)), c.dy(0));
  return [dx];
};

function interpolationOf({ node }: RuleContext): Interpolation {
  return {
    mode: attribute.string(node, 'mode', 'nearest'),
    nearestMode: attribute.string(node, 'nearest_mode', 'round_prefer_floor'),
    cubicCoefficient: attribute.float(node, 'cubic_coeff_a', -0.75),
    excludeOutside: attribute.int(node, 'exclude_outside', 0) === 1,
    antialias: attribute.int(node, 'antialias', 0) === 1,
  };
}

function axesOf({ node, shape, x }: RuleContext): AxisResize[] {
  const { dims } = x(0);
  const { output, scales } = resizePlan(shape);
  const coordinates = attribute.string(node, 'coordinate_transformation_mode', 'half_pixel');
  const axes = attribute.ints(node, 'axes')?.map((axis) => axisOf(node, axis, dims.length)) ?? [...dims.keys()];
  const roi = coordinates === 'tf_crop_and_resize' ? shape.numbers(1) : [];
  return dims.map((input, axis) => {
    const place = axes.indexOf(axis);
    const region = [roi[place] ?? 0, roi[place + axes.length] ?? 1] as const;
    // An axis that is not resized is left alone, whatever the coordinates.
    const own = place === -1 ? 'asymmetric' : coordinates;
    return { input, output: output[axis] as number, scale: scales[axis] as number, coordinates: own, region };
  });
}

export const resizeRules = { Resize: resize } satisfies Rules;
