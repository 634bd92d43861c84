import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { affineSource, pointMap } from './affine.js';
import { defineGeometry, type Extent, fillSchema } from './step.js';
import { type Affine, warp } from './warp.js';

const angle = z.number().min(0).max(180).default(0);
const share = z.number().min(0).max(1);

const schema = z.strictObject({
  name: z.literal('random-affine'),
  /** Turned by −d to d degrees. */
  degrees: angle,
  /** Moved by at most these shares of the width and the height. */
  translate: z.tuple([share, share]).readonly().default([0, 0]),
  /** Enlarged by a factor from the first to the second. */
  scale: z
    .tuple([z.number().gt(0).max(100), z.number().gt(0).max(100)])
    .readonly()
    .refine(([from, to]) => from <= to, 'the first number must not be larger than the second')
    .default([1, 1]),
  /** Sheared by −s to s degrees along the width and the height. */
  shear: z
    .tuple([z.number().min(0).lt(90), z.number().min(0).lt(90)])
    .readonly()
    .default([0, 0]),
  fill: fillSchema,
});

type AffineStep = z.output<typeof schema>;

/** Turns, moves, enlarges and shears about the centre by random amounts, with bilinear interpolation; the size stays. As torchvision's `RandomAffine`. */
export const randomAffine = defineGeometry({
  schema,
  isRandom: ({ degrees, translate, scale, shear }) => [degrees, ...translate, scale[1] - scale[0], ...shear].some((range) => range > 0),
  geometry: (extent, step, random) => {
    const sourceOf = pointMap(drawMovement(extent, step, random));
    return (pixels, sampling) => warp(pixels, sourceOf, sampling);
  },
});

function drawMovement({ width, height }: Extent, { degrees, translate, scale, shear }: AffineStep, random: Random): Affine {
  const within = (range: number): number => random.uniform(-range, range);
  const movement = {
    angle: within(degrees),
    translate: [Math.round(within(translate[0] * width)), Math.round(within(translate[1] * height))] as const,
    scale: random.uniform(...scale),
    shear: [within(shear[0]), within(shear[1])] as const,
  };
  return affineSource(movement, [width / 2, height / 2]);
}
