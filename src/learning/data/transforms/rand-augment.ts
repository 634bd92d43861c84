import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import type { Image } from '../image.js';
import { affineSource, rotationSource, STILL } from './affine.js';
import { autoContrast, brightness, contrast, equalize, posterize, saturation, sharpness, solarize } from './photometric.js';
import { defineMoves, type Extent, fillSchema, type Move } from './step.js';
import { type Affine, warpNearest } from './warp.js';

/** Strength of an operation from 0 to 30, the bins of torchvision. */
const STRONGEST = 30;

interface Operation {
  /** What it takes at a share of the full strength, 0 to 1. */
  readonly amount: (share: number, extent: Extent) => number;
  /** Whether the amount is negated half of the time. */
  readonly isSigned: boolean;
  readonly move: (amount: number, extent: Extent) => Move;
}

const colours = (apply: (image: Image, amount: number) => Image): Operation['move'] => {
  return (amount) => ({ recolour: (image) => apply(image, amount).data });
};

const enhancement = (apply: (image: Image, factor: number) => Image): Operation => ({
  amount: (share) => 0.9 * share,
  isSigned: true,
  move: (amount) => ({ recolour: (image) => apply(image, 1 + amount).data }),
});

const movement = (amount: Operation['amount'], sourceOf: (amount: number, extent: Extent) => Affine): Operation => ({
  amount,
  isSigned: true,
  move: (moved, extent) => ({ geometry: (pixels, { fill }) => warpNearest(pixels, sourceOf(moved, extent), fill) }),
});

const plain = (apply: (image: Image) => Image): Operation => ({ amount: () => 0, isSigned: false, move: colours(apply) });

const degrees = (tangent: number): number => (Math.atan(tangent) * 180) / Math.PI;
const center = ({ width, height }: Extent): readonly [number, number] => [width / 2, height / 2];

/** The operations of torchvision's `RandAugment`, with their ranges. */
export const operations = {
  identity: plain((image) => image),
  'shear-x': movement(
    (share) => 0.3 * share,
    (amount) => affineSource({ ...STILL, shear: [degrees(amount), 0] }, [0, 0]),
  ),
  'shear-y': movement(
    (share) => 0.3 * share,
    (amount) => affineSource({ ...STILL, shear: [0, degrees(amount)] }, [0, 0]),
  ),
  'translate-x': movement(
    (share, { width }) => (150 / 331) * width * share,
    (amount, image) => affineSource({ ...STILL, translate: [Math.trunc(amount), 0] }, center(image)),
  ),
  'translate-y': movement(
    (share, { height }) => (150 / 331) * height * share,
    (amount, image) => affineSource({ ...STILL, translate: [0, Math.trunc(amount)] }, center(image)),
  ),
  rotate: movement((share) => 30 * share, rotationSource),
  brightness: enhancement(brightness),
  color: enhancement(saturation),
  contrast: enhancement(contrast),
  sharpness: enhancement(sharpness),
  posterize: { amount: (share) => 8 - halfToEven(4 * share), isSigned: false, move: colours(posterize) },
  solarize: { amount: (share) => 255 * (1 - share), isSigned: false, move: colours(solarize) },
  'auto-contrast': plain(autoContrast),
  equalize: plain(equalize),
} as const satisfies Record<string, Operation>;

const all: readonly Operation[] = Object.values(operations);

/** Some operations drawn at random, all at one strength (Cubuk et al., arXiv 1909.13719). Operations and ranges are those of torchvision. */
export const randAugment = defineMoves({
  schema: z.strictObject({
    name: z.literal('rand-augment'),
    /** Operations an image goes through. */
    operations: z.int().min(1).max(14).default(2),
    /** Strength of each, 0 to 30. */
    magnitude: z.number().min(0).max(STRONGEST).default(9),
    fill: fillSchema,
  }),
  isRandom: () => true,
  moves: (extent, { operations: count, magnitude }, random) => Array.from({ length: count }, () => drawn(extent, magnitude / STRONGEST, random)),
});

function drawn(extent: Extent, share: number, random: Random): Move {
  const { amount, isSigned, move } = all[random.integer(all.length)] as Operation;
  const size = amount(share, extent);
  return move(isSigned && random.integer(2) === 0 ? -size : size, extent);
}

function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
