import * as z from 'zod';
import { cropCenter, padToAtLeast } from './place.js';
import { defineStep, extentOf, fillSchema, sizeSchema } from './step.js';

/** Cuts out the middle; a smaller image is padded first. */
export const centerCrop = defineStep({
  schema: z.strictObject({ name: z.literal('center-crop'), size: sizeSchema, fill: fillSchema }),
  isRandom: () => false,
  apply: (image, { size, fill }) => {
    const [height, width] = extentOf(size);
    return cropCenter(padToAtLeast(image, height, width, fill), height, width);
  },
});
