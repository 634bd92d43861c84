import * as z from 'zod';
import { emptyImage, type Image } from '../image.js';
import { chanceSchema, defineGeometry, type Geometry } from './step.js';

const unchanged: Geometry = (pixels) => pixels;
const isUncertain = ({ chance }: { readonly chance: number }): boolean => chance > 0 && chance < 1;

/** Mirrors left and right with the given chance. */
export const horizontalFlip = defineGeometry({
  schema: z.strictObject({ name: z.literal('horizontal-flip'), chance: chanceSchema.default(0.5) }),
  isRandom: isUncertain,
  geometry: (_, { chance }, random) => (random.uniform() < chance ? mirrorColumns : unchanged),
});

/** Mirrors top and bottom with the given chance. */
export const verticalFlip = defineGeometry({
  schema: z.strictObject({ name: z.literal('vertical-flip'), chance: chanceSchema.default(0.5) }),
  isRandom: isUncertain,
  geometry: (_, { chance }, random) => (random.uniform() < chance ? mirrorRows : unchanged),
});

export function mirrorColumns(image: Image): Image {
  const { width, height, channels, data } = image;
  const result = emptyImage(width, height, channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * channels;
      const to = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) result.data[to + c] = data[from + c] as number;
    }
  }
  return result;
}

function mirrorRows(image: Image): Image {
  const result = emptyImage(image.width, image.height, image.channels);
  const rowBytes = image.width * image.channels;
  for (let y = 0; y < image.height; y++) {
    const from = (image.height - 1 - y) * rowBytes;
    result.data.set(image.data.subarray(from, from + rowBytes), y * rowBytes);
  }
  return result;
}
