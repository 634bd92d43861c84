import * as z from 'zod';
import { type Colour, cropImage, filledImage, type Image, pasteImage } from '../image.js';
import { filterSchema } from './filters.js';
import { type ResampleOptions, resample, wholeOf } from './resample.js';
import { defineStep, fillSchema, type Size, sizeSchema } from './step.js';

/** How an image fills `[height, width]` when its proportions differ. */
const fits = {
  /** Distorts it. */
  stretch: resizeTo,
  /** Fills the area and cuts off what hangs over, evenly on both sides. */
  cover: (image, height, width, options) => {
    const scale = Math.max(width / image.width, height / image.height);
    const large = resizeTo(image, atLeast(height, image.height * scale), atLeast(width, image.width * scale), options);
    return cropImage(large, (large.width - width) >> 1, (large.height - height) >> 1, width, height);
  },
  /** Shows all of it and fills the rest, evenly on both sides. */
  contain: (image, height, width, options, fill) => {
    const scale = Math.min(width / image.width, height / image.height);
    const small = resizeTo(image, within(height, image.height * scale), within(width, image.width * scale), options);
    const result = filledImage(width, height, image.channels, fill);
    pasteImage(result, small, (width - small.width) >> 1, (height - small.height) >> 1);
    return result;
  },
} as const satisfies Record<string, (image: Image, height: number, width: number, options: ResampleOptions, fill: Colour) => Image>;

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
export const resize = defineStep({
  schema,
  isRandom: () => false,
  apply: (image, { size, fit, fill, ...options }) => {
    if (typeof size !== 'number') return fits[fit](image, size[0], size[1], options, fill);
    const [height, width] = byShorterSide(image, size);
    return resizeTo(image, height, width, options);
  },
});

/** The size whose shorter side is `length`; the longer one is rounded down, as torchvision does. */
function byShorterSide(image: Image, length: Exclude<Size, readonly number[]>): [number, number] {
  if (image.width <= image.height) return [Math.trunc((length * image.height) / image.width), length];
  return [length, Math.trunc((length * image.width) / image.height)];
}

function resizeTo(image: Image, height: number, width: number, options: ResampleOptions): Image {
  if (height === image.height && width === image.width) return image;
  return resample(image, wholeOf(image), width, height, options);
}

function atLeast(least: number, value: number): number {
  return Math.max(least, Math.round(value));
}

function within(most: number, value: number): number {
  return Math.min(most, Math.max(1, Math.round(value)));
}
