import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import type { Colour, Image } from '../image.js';
import { affineSource, rotationSource, STILL } from './affine.js';
import { autoContrast, brightness, contrast, equalize, posterize, saturation, sharpness, solarize } from './photometric.js';
import { defineStep, fillSchema } from './step.js';
import { type Affine, warpNearest } from './warp.js';

/** Strength of an operation from 0 to 30, the bins of torchvision. */
const STRONGEST = 30;

interface Operation {
  /** What it takes at a share of the full strength, 0 to 1. */
  readonly amount: (share: number, image: Image) => number;
  /** Whether the amount is negated half of the time. */
  readonly isSigned: boolean;
  readonly apply: (image: Image, amount: number, fill: Colour) => Image;
}

const enhancement = (apply: (image: Image, factor: number) => Image): Operation => ({
  amount: (share) => 0.9 * share,
  isSigned: true,
  apply: (image, amount) => apply(image, 1 + amount),
});

const movement = (amount: Operation['amount'], sourceOf: (amount: number, image: Image) => Affine): Operation => ({
  amount,
  isSigned: true,
  apply: (image, moved, fill) => warpNearest(image, sourceOf(moved, image), fill),
});

const plain = (apply: (image: Image) => Image): Operation => ({ amount: () => 0, isSigned: false, apply });

const degrees = (tangent: number): number => (Math.atan(tangent) * 180) / Math.PI;
const center = ({ width, height }: Image): readonly [number, number] => [width / 2, height / 2];

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
  posterize: { amount: (share) => 8 - halfToEven(4 * share), isSigned: false, apply: posterize },
  solarize: { amount: (share) => 255 * (1 - share), isSigned: false, apply: solarize },
  'auto-contrast': plain(autoContrast),
  equalize: plain(equalize),
} as const satisfies Record<string, Operation>;

const all: readonly Operation[] = Object.values(operations);

/** Some operations drawn at random, all at one strength (Cubuk et al., arXiv 1909.13719). Operations and ranges are those of torchvision. */
export const randAugment = defineStep({
  schema: z.strictObject({
    name: z.literal('rand-augment'),
    /** Operations an image goes through. */
    operations: z.int().min(1).max(14).default(2),
    /** Strength of each, 0 to 30. */
    magnitude: z.number().min(0).max(STRONGEST).default(9),
    fill: fillSchema,
  }),
  isRandom: () => true,
  apply: (image, { operations: count, magnitude, fill }, random) => {
    let result = image;
    for (let i = 0; i < count; i++) result = drawn(result, magnitude / STRONGEST, fill, random);
    return result;
  },
});

function drawn(image: Image, share: number, fill: Colour, random: Random): Image {
  const { amount, isSigned, apply } = all[random.integer(all.length)] as Operation;
  const size = amount(share, image);
  return apply(image, isSigned && random.integer(2) === 0 ? -size : size, fill);
}

function halfToEven(value: number): number {
  const rounded = Math.round(value);
  return value % 1 === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
