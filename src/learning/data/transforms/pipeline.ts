import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { fail, Random, type Tensor } from '../../../core/index.js';
import { type Image, type Mask, NO_CLASS } from '../image.js';
import { NEAREST } from './resample.js';
import type { Extent, Geometry, Move, Sampling } from './step.js';
import { definitionOf, type ImageStep, stepNames, stepSchema, type TransformInput, type TransformStep } from './table.js';
import { type ToTensorStep, tensorConverter } from './to-tensor.js';

/** Turns a decoded image into the model's tensor; draws from `random` only when {@link isRandom}. */
export type Pipeline = (image: Image, random: Random) => Tensor;

/** The same for images with masks. */
export interface MaskPipeline {
  /** Image and mask of one size go through the same geometry, drawn from `random` once. */
  apply(image: Image, mask: Mask, random: Random): { readonly input: Tensor; readonly mask: Mask };
  /** What {@link apply} makes of the mask, without the image; only where no step {@link isRandom}. */
  applyToMask(mask: Mask): Mask;
}

/**
 * Checks a list of steps and makes every option explicit. A step without options may be written as its name.
 * @throws DATA_TRANSFORM_INVALID naming the step, DATA_TRANSFORM_ORDER when it does not end with its only `to-tensor`
 */
export function parseTransforms(steps: readonly unknown[]): TransformStep[] {
  const parsed = steps.map(parseStep);
  const found = parsed.filter((step) => step.name === 'to-tensor').length;
  if (found !== 1) fail('DATA_TRANSFORM_ORDER', { reason: found === 0 ? 'there is none' : `there are ${found}` });
  if (parsed.at(-1)?.name !== 'to-tensor') fail('DATA_TRANSFORM_ORDER', { reason: `the last step is "${parsed.at(-1)?.name}"` });
  return parsed;
}

/** Whether the steps give another result for the same image in another epoch; then features computed from them cannot be kept. */
export function isRandom(steps: readonly TransformStep[]): boolean {
  return steps.some((step) => step.name !== 'to-tensor' && definitionOf(step).isRandom(step));
}

/** @throws what {@link parseTransforms} throws */
export function compileTransforms(steps: readonly (TransformInput | TransformStep)[]): Pipeline {
  const { imageSteps, convert } = compile(steps);
  return (image, random) => convert(applySteps(imageSteps, image, random));
}

/**
 * The steps for images with masks. A class index cannot be interpolated: masks take the nearest pixel, whatever the filter of a step, and are
 * {@link NO_CLASS} where no pixel lies.
 * @throws what {@link parseTransforms} throws
 */
export function compileMaskTransforms(steps: readonly (TransformInput | TransformStep)[]): MaskPipeline {
  const { imageSteps, convert } = compile(steps);
  return {
    apply: (image, mask, random) => {
      const moved = imageSteps.reduce<Masked>((current, step) => applyStep(current, step, random) as Masked, { image, mask });
      return { input: convert(moved.image), mask: moved.mask };
    },
    applyToMask: (mask) => imageSteps.reduce((current, step) => applyToMask(current, step), mask),
  };
}

function compile(steps: readonly (TransformInput | TransformStep)[]): { imageSteps: ImageStep[]; convert: (image: Image) => Tensor } {
  const parsed = parseTransforms(steps);
  return { imageSteps: parsed.slice(0, -1) as ImageStep[], convert: tensorConverter(parsed.at(-1) as ToTensorStep) };
}

interface MaybeMasked {
  readonly image: Image;
  readonly mask?: Mask;
}
type Masked = Required<MaybeMasked>;

function applyStep(masked: MaybeMasked, step: ImageStep, random: Random): MaybeMasked {
  return movesOf(masked.image, step, random).reduce((current, move) => applyMove(current, move, samplingOf(step)), masked);
}

function applyMove({ image, mask }: MaybeMasked, move: Move, sampling: Sampling): MaybeMasked {
  if ('recolour' in move) return { image: { ...image, data: move.recolour(image) }, ...(mask && { mask }) };
  return { image: move.geometry(image, sampling), ...(mask && { mask: moveMask(mask, move.geometry) }) };
}

/** What a step does to an image of this size. */
function movesOf(extent: Extent, step: ImageStep, random: Random): readonly Move[] {
  const definition = definitionOf(step);
  if ('moves' in definition) return definition.moves(extent, step, random);
  if ('geometry' in definition) return [{ geometry: definition.geometry(extent, step, random) }];
  return [{ recolour: (image) => definition.recolour(image, step, random) }];
}

/** One step that draws no random numbers, on an image alone. */
export function applyToImage(image: Image, step: ImageStep): Image {
  return applyStep({ image }, step, new Random(0)).image;
}

/** Numbers are drawn and not used: the steps do not depend on them. */
function applyToMask(mask: Mask, step: ImageStep): Mask {
  const moves = movesOf(mask, step, new Random(0));
  return moves.reduce((current, move) => ('recolour' in move ? current : moveMask(current, move.geometry)), mask);
}

/** How a step reads colours: the options by these names, where it has them. */
function samplingOf(step: ImageStep): Sampling {
  const { filter = 'bilinear', antialias = true, fill = [0, 0, 0] }: Partial<Sampling> = step as { name: string } & Partial<Sampling>;
  return { filter, antialias, fill };
}

const CLASSES: Sampling = { ...NEAREST, fill: [NO_CLASS, NO_CLASS, NO_CLASS] };

function moveMask({ width, height, data }: Mask, geometry: Geometry): Mask {
  const moved = geometry({ width, height, channels: 1, data }, CLASSES);
  return { width: moved.width, height: moved.height, data: moved.data };
}

/** An image after some steps. */
export function applySteps(steps: readonly ImageStep[], image: Image, random: Random): Image {
  return steps.reduce((current, step) => applyStep({ image: current }, step, random).image, image);
}

/** The random numbers of one sample in one epoch, which do not depend on the order or the number of samples. */
export function sampleRandom(seed: number, epoch: number, id: string): Random {
  return new Random(seed, `augment:${epoch}:${id}`);
}

function parseStep(step: unknown, index: number): TransformStep {
  const result = stepSchema.safeParse(typeof step === 'string' ? { name: step } : step);
  if (result.success) return result.data;
  const name: unknown = typeof step === 'string' ? step : (step as { name?: unknown } | null)?.name;
  const position = typeof name === 'string' ? `${index + 1} ("${name}")` : String(index + 1);
  return fail('DATA_TRANSFORM_INVALID', { position, reason: describe(name, result.error.issues) });
}

function describe(name: unknown, issues: readonly z.core.$ZodIssue[]): string {
  if (typeof name !== 'string') return `it needs a name, one of ${stepNames.join(', ')}`;
  if (!stepNames.includes(name)) return unknownName(name);
  return issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');
}

function unknownName(name: string): string {
  const near = closest(name, [...stepNames]);
  return distance(name, near) <= 3 ? `there is no such step; did you mean "${near}"?` : `there is no such step, only ${stepNames.join(', ')}`;
}
