import { convolutionGradients, tilingOf, transposedWindowOf, type Value, windowOf } from '../../graph/index.js';
import type { GradientRule, RuleContext, Rules } from '../rule.js';
import { correlated, imageGradient } from './conv-image.js';
import { kernelGradient } from './conv-kernel.js';
import { covered, geometryOf, unfolded } from './geometry.js';

/** Y = X ⋆ W + B: correlation of an image `[N, C, …]` with a kernel `[M, C/group, k…]`. */
const conv: GradientRule = (c) => {
  const [image, kernel, dy] = [c.x(0), c.x(1), c.dy(0)];
  const tiling = tilingOf(c.node, image, kernel);
  if (tiling) return [...convolutionGradients(c.b, { image, kernel, dy }, tiling, { image: c.needs(0), kernel: c.needs(1) }), biasGradient(c)];
  const geometry = geometryOf(c, windowOf(c.node, image.dims.slice(2), kernel.dims.slice(2)), image, dy);
  return [
    c.needs(0) ? imageGradient(c.b, kernel, dy, geometry) : undefined,
    c.needs(1) ? kernelGradient(c.b, image, dy, geometry) : undefined,
    biasGradient(c),
  ];
};

/** The adjoint of a correlation by its image: `[N, C, …]` with a kernel `[C, M/group, k…]`; its output is the image. */
const convTranspose: GradientRule = (c) => {
  const [grid, kernel, dy] = [c.x(0), c.x(1), c.dy(0)];
  const geometry = geometryOf(c, transposedWindowOf(c.node, grid.dims.slice(2), kernel.dims.slice(2)), dy, grid);
  return [
    c.needs(0) ? correlated(c.b, dy, kernel, geometry) : undefined,
    c.needs(1) ? kernelGradient(c.b, dy, grid, geometry) : undefined,
    biasGradient(c),
  ];
};

/** Sum over samples and positions. */
function biasGradient({ b, inputs, dy }: RuleContext): Value | undefined {
  const axes = dy(0).dims.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return inputs[2] && b.reduceSum(dy(0), axes, false);
}

/** Sums the columns `[N, C·taps, positions]` into an image; the gradient reads the columns back. */
const col2Im: GradientRule = (c) => {
  const [columns, dy] = [c.x(0), c.dy(0)];
  const [spatial, block] = [c.shape.numbers(1), c.shape.numbers(2)];
  const window = windowOf(c.node, spatial, block);
  const geometry = { ...geometryOf(c, window, dy, columns), grid: window.output };
  return [unfolded(c.b, covered(c.b, dy, 2, geometry), geometry)];
};

export const convRules = { Col2Im: col2Im, Conv: conv, ConvTranspose: convTranspose } satisfies Rules;
