import * as z from 'zod';
import type { Image } from '../image.js';
import { chanceSchema, defineColours } from './step.js';

const deviation = z.number().min(0.01).max(100);

/** Blurs with the given chance by a Gaussian of random width, as torchvision's `GaussianBlur`; images are mirrored at their borders. */
export const gaussianBlur = defineColours({
  schema: z.strictObject({
    name: z.literal('gaussian-blur'),
    chance: chanceSchema.default(0.5),
    /** Side of the kernel in pixels, odd. */
    kernel: z
      .int()
      .min(3)
      .max(127)
      .refine((side) => side % 2 === 1, 'must be odd')
      .default(5),
    /** Standard deviation in pixels, least and most. */
    sigma: z
      .tuple([deviation, deviation])
      .readonly()
      .refine(([from, to]) => from <= to, 'the first number must not be larger than the second')
      .default([0.1, 2]),
  }),
  isRandom: ({ chance, sigma }) => chance > 0 && (chance < 1 || sigma[0] < sigma[1]),
  recolour: (image, { chance, kernel, sigma }, random) =>
    random.uniform() < chance ? blur(image, weightsOf(kernel, random.uniform(...sigma))) : image.data,
});

function weightsOf(side: number, sigma: number): readonly number[] {
  const weights = Array.from({ length: side }, (_, i) => Math.exp(-0.5 * ((i - (side - 1) / 2) / sigma) ** 2));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** Rows, then columns; rounded once. */
function blur(image: Image, weights: readonly number[]): Uint8Array {
  const { width, height, channels } = image;
  const rows = alongAxis(image.data, weights, { lines: height, length: width, lineStep: width * channels, step: channels, channels });
  const both = alongAxis(rows, weights, { lines: width, length: height, lineStep: channels, step: width * channels, channels });
  return Uint8Array.from(both, Math.round);
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** From one line to the next. */
  readonly lineStep: number;
  /** From one pixel of a line to the next. */
  readonly step: number;
  readonly channels: number;
}

function alongAxis(source: ArrayLike<number>, weights: readonly number[], { lines, length, lineStep, step, channels }: Lines): Float64Array {
  const result = new Float64Array(source.length);
  const radius = (weights.length - 1) / 2;
  const places = Array.from({ length: length + 2 * radius }, (_, i) => mirrored(i - radius, length) * step);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      for (let c = line * lineStep; c < line * lineStep + channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (source[c + (places[i + k] as number)] as number);
        result[c + i * step] = sum;
      }
    }
  }
  return result;
}

/** A place beyond the border, mirrored at the last pixel, which is not repeated. */
function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const turned = ((place % period) + period) % period;
  return Math.min(turned, period - turned);
}
