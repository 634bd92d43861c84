import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { colourSchema } from '../decode.js';
import type { Image } from '../image.js';
import type { ResampleOptions } from './resample.js';

type StepSchema = z.ZodType<{ readonly name: string }>;

/** The size of an image in pixels. */
export type Extent = Pick<Image, 'width' | 'height'>;

/** How values between pixels are read, and what lies outside an image. */
export interface Sampling extends ResampleOptions {
  readonly fill: z.output<typeof colourSchema>;
}

/** Moves the pixels of an image of one size; what it is given is left as it is. */
export type Geometry = (pixels: Image, sampling: Sampling) => Image;

interface StepFacts<Schema extends StepSchema> {
  /** A strict object whose `name` is the literal the table lists it under. */
  readonly schema: Schema;
  /** Whether a step with these options draws random numbers. */
  isRandom(step: z.output<Schema>): boolean;
}

/** A step that moves pixels. It does not know whether they are colours or the classes of a mask: both go through one geometry. */
export interface GeometricStep<Schema extends StepSchema> extends StepFacts<Schema> {
  /** Where the pixels of an image of this size go. All random numbers are drawn here, once for the image and its mask. */
  geometry(extent: Extent, step: z.output<Schema>, random: Random): Geometry;
}

/** A step that leaves pixels where they are, so that a mask stays as it is. */
export interface ColourStep<Schema extends StepSchema> extends StepFacts<Schema> {
  /** The new values of all pixels; the image is left as it is. */
  recolour(image: Image, step: z.output<Schema>, random: Random): Uint8Array;
}

/** One move of a step that is made of several: of the pixels, or of their colours. */
export type Move = { readonly geometry: Geometry } | { readonly recolour: (image: Image) => Uint8Array };

/** A step that draws what it does: some of it may move pixels, some change colours. */
export interface MixedStep<Schema extends StepSchema> extends StepFacts<Schema> {
  /** What is done to an image of this size, one after the other. All random numbers are drawn here, once for the image and its mask. */
  moves(extent: Extent, step: z.output<Schema>, random: Random): readonly Move[];
}

/** One kind of image-to-image transform: its JSON form and what it does, a pure function of options and random numbers. */
export type StepDefinition<Schema extends StepSchema> = GeometricStep<Schema> | ColourStep<Schema> | MixedStep<Schema>;

/** Names the types of a step that moves pixels, so that `geometry` knows its options. */
export function defineGeometry<Schema extends StepSchema>(definition: GeometricStep<Schema>): GeometricStep<Schema> {
  return definition;
}

/** Names the types of a step that changes colours, so that `recolour` knows its options. */
export function defineColours<Schema extends StepSchema>(definition: ColourStep<Schema>): ColourStep<Schema> {
  return definition;
}

/** Names the types of a step of several moves, so that `moves` knows its options. */
export function defineMoves<Schema extends StepSchema>(definition: MixedStep<Schema>): MixedStep<Schema> {
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
