import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { colourSchema } from '../decode.js';
import { type Colour, filledImage, type Image, pasteImage } from '../image.js';
import type { Region } from './resample.js';
import { chanceSchema, defineColours } from './step.js';

/** Attempts at a rectangle that fits before the image is left as it is. */
const ATTEMPTS = 10;

const ascending = ([from, to]: readonly [number, number]): boolean => from <= to;
const ORDER = 'the first number must not be larger than the second';
const share = z.number().gt(0).lt(1);
const proportion = z.number().gt(0).max(100);

const schema = z.strictObject({
  name: z.literal('random-erasing'),
  chance: chanceSchema.default(0.5),
  /** Share of the area that is covered, least and most. */
  scale: z.tuple([share, share]).readonly().refine(ascending, ORDER).default([0.02, 0.33]),
  /** Height by width of what is covered, least and most. */
  ratio: z.tuple([proportion, proportion]).readonly().refine(ascending, ORDER).default([0.3, 3.3]),
  /** A colour, or noise: every value random. */
  fill: z.union([z.literal('noise'), colourSchema]).default('noise'),
});

type ErasingStep = z.output<typeof schema>;

/** Covers a random rectangle with the given chance (Zhong et al., arXiv 1708.04896); the ranges are those of torchvision. Alpha becomes opaque there; the classes of a mask stay. */
export const randomErasing = defineColours({
  schema,
  isRandom: ({ chance }) => chance > 0,
  recolour: (image, step, random) => {
    const region = random.uniform() < step.chance ? drawRegion(image, step, random) : undefined;
    return region === undefined ? image.data : covered(image, region, step.fill, random);
  },
});

function drawRegion(image: Image, { scale, ratio }: ErasingStep, random: Random): Region | undefined {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = image.width * image.height * random.uniform(...scale);
    const tall = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const [height, width] = [Math.round(Math.sqrt(area * tall)), Math.round(Math.sqrt(area / tall))];
    if (height < 1 || width < 1 || height >= image.height || width >= image.width) continue;
    return { top: random.integer(image.height - height + 1), left: random.integer(image.width - width + 1), width, height };
  }
  return undefined;
}

function covered(image: Image, { left, top, width, height }: Region, fill: 'noise' | Colour, random: Random): Uint8Array {
  const result = { ...image, data: image.data.slice() };
  const patch = filledImage(width, height, image.channels, fill === 'noise' ? [0, 0, 0] : fill);
  if (fill === 'noise') {
    for (let i = 0; i < patch.data.length; i++) if (image.channels !== 4 || i % 4 !== 3) patch.data[i] = random.integer(256);
  }
  pasteImage(result, patch, left, top);
  return result.data;
}
