import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { colourSchema } from '../decode.js';
import type { Image } from '../image.js';

/** One kind of image-to-image transform: its JSON form and what it does. */
export interface StepDefinition<Schema extends z.ZodType<{ readonly name: string }>> {
  /** A strict object whose `name` is the literal the table lists it under. */
  readonly schema: Schema;
  /** Whether a step with these options draws random numbers. */
  isRandom(step: z.output<Schema>): boolean;
  /** A pure function of the image, the options and the numbers drawn from `random`; the image is left as it is. */
  apply(image: Image, step: z.output<Schema>, random: Random): Image;
}

/** Names the types of a step definition, so that `apply` knows its options. */
export function defineStep<Schema extends z.ZodType<{ readonly name: string }>>(definition: StepDefinition<Schema>): StepDefinition<Schema> {
  return definition;
}

const pixels = z.int().min(1).max(16_384);

/** `[height, width]` in pixels. */
const extentSchema = z.tuple([pixels, pixels]).readonly();
/** One number for a square, or `[height, width]`. */
export const sizeSchema = z.union([pixels, extentSchema]);
/** Chance with which a random step acts, 0 to 1. */
export const chanceSchema = z.number().min(0).max(1);
/** Colour of the area no source pixel covers. */
export const fillSchema = colourSchema.default([0, 0, 0]);

export type Size = z.output<typeof sizeSchema>;

/** `[height, width]` of a size. */
export function extentOf(size: Size): readonly [number, number] {
  return typeof size === 'number' ? [size, size] : size;
}
