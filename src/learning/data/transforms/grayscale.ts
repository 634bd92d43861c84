import * as z from 'zod';
import { type Image, luminance } from '../image.js';
import { chanceSchema, defineColours } from './step.js';

/** Removes colour with the given chance (default: always); the number of channels stays. */
export const grayscale = defineColours({
  schema: z.strictObject({ name: z.literal('grayscale'), chance: chanceSchema.default(1) }),
  isRandom: ({ chance }) => chance > 0 && chance < 1,
  recolour: (image, { chance }, random) => (random.uniform() < chance ? removeColour(image) : image.data),
});

function removeColour(image: Image): Uint8Array {
  if (image.channels === 1) return image.data;
  const data = image.data.slice();
  for (let i = 0; i < data.length; i += image.channels) {
    data.fill(luminance(data[i] as number, data[i + 1] as number, data[i + 2] as number), i, i + 3);
  }
  return data;
}
