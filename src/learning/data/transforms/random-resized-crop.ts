import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { filterSchema } from './filters.js';
import { type Region, resample, wholeOf } from './resample.js';
import { defineGeometry, type Extent, extentOf, sizeSchema } from './step.js';

/** Attempts at a rectangle that fits before the largest central one is taken. */
const ATTEMPTS = 10;

const range = (low: number, high: number, most: number) =>
  z
    .tuple([z.number().positive().max(most), z.number().positive().max(most)])
    .readonly()
    .refine(([from, to]) => from <= to, 'the first number must not be larger than the second')
    .default([low, high]);

const schema = z.strictObject({
  name: z.literal('random-resized-crop'),
  size: sizeSchema,
  /** Share of the image's area, least and most. */
  scale: range(0.08, 1, 1),
  /** Width by height, least and most. */
  ratio: range(3 / 4, 4 / 3, 100),
  filter: filterSchema.default('bilinear'),
});

/** Cuts out a rectangle of random area and proportions and resizes it (Szegedy et al., "Going deeper with convolutions", 2015). */
export const randomResizedCrop = defineGeometry({
  schema,
  isRandom: () => true,
  geometry: (extent, { size, scale, ratio }, random) => {
    const [height, width] = extentOf(size);
    const region = drawRegion(extent, scale, ratio, random);
    return (pixels, sampling) => resample(pixels, region, width, height, sampling);
  },
});

type Range = readonly [number, number];

function drawRegion(image: Extent, scale: Range, ratio: Range, random: Random): Region {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = image.width * image.height * random.uniform(...scale);
    const proportion = Math.exp(random.uniform(Math.log(ratio[0]), Math.log(ratio[1])));
    const width = Math.round(Math.sqrt(area * proportion));
    const height = Math.round(Math.sqrt(area / proportion));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    return { top: random.integer(image.height - height + 1), left: random.integer(image.width - width + 1), width, height };
  }
  return centralRegion(image, ratio);
}

function centralRegion(image: Extent, [narrow, wide]: Range): Region {
  const proportion = image.width / image.height;
  const { width: fullWidth, height: fullHeight } = wholeOf(image);
  const width = proportion > wide ? Math.max(1, Math.round(fullHeight * wide)) : fullWidth;
  const height = proportion < narrow ? Math.max(1, Math.round(fullWidth / narrow)) : fullHeight;
  return { left: (fullWidth - width) >> 1, top: (fullHeight - height) >> 1, width, height };
}
