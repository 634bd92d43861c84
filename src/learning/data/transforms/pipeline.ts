import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { fail, Random, type Tensor } from '../../../core/index.js';
import type { Image } from '../image.js';
import { definitionOf, type ImageStep, stepNames, stepSchema, type TransformInput, type TransformStep } from './table.js';
import { type ToTensorStep, tensorConverter } from './to-tensor.js';

/** Turns a decoded image into the model's tensor; draws from `random` only when {@link isRandom}. */
export type Pipeline = (image: Image, random: Random) => Tensor;

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
  const parsed = parseTransforms(steps);
  const imageSteps = parsed.slice(0, -1) as ImageStep[];
  const convert = tensorConverter(parsed.at(-1) as ToTensorStep);
  return (image, random) => convert(imageSteps.reduce((current, step) => definitionOf(step).apply(current, step, random), image));
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
