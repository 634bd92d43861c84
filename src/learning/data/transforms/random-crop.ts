import * as z from 'zod';
import { cropImage } from '../image.js';
import { padBy, padToAtLeast } from './place.js';
import { defineGeometry, extentOf, fillSchema, sizeSchema } from './step.js';

/** Cuts out a rectangle at a random place, after adding `padding` pixels on every side. */
export const randomCrop = defineGeometry({
  schema: z.strictObject({ name: z.literal('random-crop'), size: sizeSchema, padding: z.int().min(0).max(4096).default(0), fill: fillSchema }),
  isRandom: () => true,
  geometry: (extent, { size, padding }, random) => {
    const [height, width] = extentOf(size);
    const top = random.integer(spareOf(extent.height + 2 * padding, height) + 1);
    const left = random.integer(spareOf(extent.width + 2 * padding, width) + 1);
    return (pixels, { fill }) => cropImage(padToAtLeast(padBy(pixels, padding, fill), height, width, fill), left, top, width, height);
  },
});

/** How much longer a side is than what is cut out of it; it is padded where it is shorter. */
function spareOf(side: number, wanted: number): number {
  return Math.max(0, side - wanted);
}
