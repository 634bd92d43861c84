import * as z from 'zod';
import { centerCrop } from './center-crop.js';
import { colourJitter } from './colour-jitter.js';
import { horizontalFlip, verticalFlip } from './flip.js';
import { gaussianBlur } from './gaussian-blur.js';
import { grayscale } from './grayscale.js';
import { randAugment } from './rand-augment.js';
import { randomAffine } from './random-affine.js';
import { randomCrop } from './random-crop.js';
import { randomErasing } from './random-erasing.js';
import { randomPerspective } from './random-perspective.js';
import { randomResizedCrop } from './random-resized-crop.js';
import { resize } from './resize.js';
import { rotate } from './rotate.js';
import type { StepDefinition } from './step.js';
import { toTensorSchema } from './to-tensor.js';

/** Every image-to-image transform. One file and one row add one. */
const definitions = {
  resize,
  'center-crop': centerCrop,
  'random-crop': randomCrop,
  'random-resized-crop': randomResizedCrop,
  'horizontal-flip': horizontalFlip,
  'vertical-flip': verticalFlip,
  rotate,
  'color-jitter': colourJitter,
  grayscale,
  'rand-augment': randAugment,
  'random-erasing': randomErasing,
  'gaussian-blur': gaussianBlur,
  'random-affine': randomAffine,
  'random-perspective': randomPerspective,
} as const;

type Definitions = typeof definitions;
type Name = keyof Definitions;
/** An image-to-image step with every option explicit. */
export type ImageStep = { [N in Name]: z.output<Definitions[N]['schema']> }[Name];

const schemas = Object.values(definitions).map(({ schema }) => schema) as unknown as [Definitions[Name]['schema'], ...Definitions[Name]['schema'][]];

/** Names of all steps. */
export const stepNames: readonly string[] = [...Object.keys(definitions), 'to-tensor'];

/** One step in JSON: an object with `name` and options. */
export const stepSchema = z.discriminatedUnion('name', [...schemas, toTensorSchema]);

/** A transform step with every option explicit. */
export type TransformStep = z.output<typeof stepSchema>;
/** A transform step as users write it. */
export type TransformInput = z.input<typeof stepSchema>;

/** The definition of a step, seen as one that takes any step; its own options reach it because the table is keyed by name. */
export function definitionOf(step: ImageStep): StepDefinition<z.ZodType<ImageStep>> {
  return definitions[step.name] as unknown as StepDefinition<z.ZodType<ImageStep>>;
}
