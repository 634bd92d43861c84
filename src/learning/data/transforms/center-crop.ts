import * as z from 'zod';
import { cropCenter, padToAtLeast } from './place.js';
import { defineGeometry, extentOf, fillSchema, sizeSchema } from './step.js';

/** Cuts out the middle; a smaller image is padded first. */
export const centerCrop = defineGeometry({
  schema: z.strictObject({ name: z.literal('center-crop'), size: sizeSchema, fill: fillSchema }),
  isRandom: () => false,
  geometry: (_, { size }) => {
    const [height, width] = extentOf(size);
    return (pixels, { fill }) => cropCenter(padToAtLeast(pixels, height, width, fill), height, width);
  },
});
