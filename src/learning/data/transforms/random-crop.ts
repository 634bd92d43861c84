import * as z from 'zod';
import { cropImage } from '../image.js';
import { padBy, padToAtLeast } from './place.js';
import { defineStep, extentOf, fillSchema, sizeSchema } from './step.js';

/** Cuts out a rectangle at a random place, after adding `padding` pixels on every side. */
export const randomCrop = defineStep({
  schema: z.strictObject({ name: z.literal('random-crop'), size: sizeSchema, padding: z.int().min(0).max(4096).default(0), fill: fillSchema }),
  isRandom: () => true,
  apply: (image, { size, padding, fill }, random) => {
    const [height, width] = extentOf(size);
    const canvas = padToAtLeast(padBy(image, padding, fill), height, width, fill);
    const top = random.integer(canvas.height - height + 1);
    const left = random.integer(canvas.width - width + 1);
    return cropImage(canvas, left, top, width, height);
  },
});
