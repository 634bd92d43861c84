import * as z from 'zod';
import { cropImage, filledImage, type Image, pasteImage } from '../image.js';
import { filterSchema } from './filters.js';
import { resample, wholeOf } from './resample.js';
import { defineGeometry, type Extent, fillSchema, type Sampling, type Size, sizeSchema } from './step.js';

/** How an image fills `[height, width]` when its proportions differ. */
const fits = {
  /** Distorts it. */
  stretch: resizeTo,
  /** Fills the area and cuts off what hangs over, evenly on both sides. */
  cover: (image, height, width, sampling) => {
    const scale = Math.max(width / image.width, height / image.height);
    const large = resizeTo(image, atLeast(height, image.height * scale), atLeast(width, image.width * scale), sampling);
    return cropImage(large, (large.width - width) >> 1, (large.height - height) >> 1, width, height);
  },
  /** Shows all of it and fills the rest, evenly on both sides. */
  contain: (image, height, width, sampling) => {
    const scale = Math.min(width / image.width, height / image.height);
    const small = resizeTo(image, within(height, image.height * scale), within(width, image.width * scale), sampling);
    const result = filledImage(width, height, image.channels, sampling.fill);
    pasteImage(result, small, (width - small.width) >> 1, (height - small.height) >> 1);
    return result;
  },
} as const satisfies Record<string, (image: Image, height: number, width: number, sampling: Sampling) => Image>;

type Fit = keyof typeof fits;

const schema = z.strictObject({
  name: z.literal('resize'),
  /** One number is the length of the shorter side (proportions kept), `[height, width]` both. */
  size: sizeSchema,
  fit: z.enum(Object.keys(fits) as [Fit, ...Fit[]]).default('stretch'),
  filter: filterSchema.default('bilinear'),
  antialias: z.boolean().default(true),
  fill: fillSchema,
});

/** Resizes with antialiasing, bit for bit like PIL's `Image.resize` and torchvision's `Resize` on PIL images. */
export const resize = defineGeometry({
  schema,
  isRandom: () => false,
  geometry: (extent, { size, fit }) => {
    const place = typeof size === 'number' ? fits.stretch : fits[fit];
    const [height, width] = typeof size === 'number' ? byShorterSide(extent, size) : size;
    return (pixels, sampling) => place(pixels, height, width, sampling);
  },
});

/** The size whose shorter side is `length`; the longer one is rounded down, as torchvision does. */
function byShorterSide(image: Extent, length: Exclude<Size, readonly number[]>): [number, number] {
  if (image.width <= image.height) return [Math.trunc((length * image.height) / image.width), length];
  return [length, Math.trunc((length * image.width) / image.height)];
}

function resizeTo(image: Image, height: number, width: number, sampling: Sampling): Image {
  if (height === image.height && width === image.width) return image;
  return resample(image, wholeOf(image), width, height, sampling);
}

function atLeast(least: number, value: number): number {
  return Math.max(least, Math.round(value));
}

function within(most: number, value: number): number {
  return Math.min(most, Math.max(1, Math.round(value)));
}
