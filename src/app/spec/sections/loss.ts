import { z } from 'zod';
import { nameOrObject } from '../name-or-object.js';

const classWeights = z
  .union([z.literal('none'), z.literal('balanced'), z.array(z.number().min(0)).min(2)])
  .describe('balanced: inverse to how often a class occurs; or one number a class.')
  .default('none');
const labelSmoothing = z.number().min(0).lt(1).default(0);
const gamma = z.number().min(0).describe('How much less samples count that are classified well already.').default(2);

/** What training makes small; `auto` is the loss of the task. One row adds a loss. */
export const lossSchema = nameOrObject(
  [
    z.strictObject({ name: z.literal('auto') }),
    z.strictObject({ name: z.literal('cross-entropy'), labelSmoothing, classWeights }),
    z.strictObject({ name: z.literal('focal'), gamma, classWeights }),
    z.strictObject({
      name: z.literal('binary-focal'),
      gamma,
      alpha: z.number().gt(0).lt(1).describe('Weight of the labels that a sample has; those it lacks weigh 1 - alpha.').exactOptional(),
    }),
    z.strictObject({ name: z.literal('cross-entropy+dice'), labelSmoothing, classWeights }),
    z.strictObject({ name: z.literal('cross-entropy+lovasz'), labelSmoothing, classWeights }),
    z.strictObject({ name: z.literal('dice') }),
    z.strictObject({ name: z.literal('lovasz') }),
    z.strictObject({ name: z.literal('mse') }),
    z.strictObject({
      name: z.literal('bce'),
      posWeights: z
        .union([z.literal('none'), z.literal('balanced'), z.array(z.number().min(0)).min(1)])
        .describe(
          'What a label that applies counts for, where one that does not counts for 1. balanced: how often it does not apply for each time it does; or one number a label.',
        )
        .default('none'),
    }),
    z.strictObject({
      name: z.literal('multiple-negatives-ranking'),
      scale: z.number().gt(0).describe('Multiplies the cosines.').default(20),
    }),
    z.strictObject({
      name: z.literal('triplet'),
      margin: z.number().gt(0).max(2).describe('By how much the cosine with the positive shall exceed that with the negative.').default(0.5),
    }),
    z.strictObject({ name: z.literal('cosine-similarity') }),
    z.strictObject({
      name: z.literal('supervised-contrastive'),
      temperature: z.number().gt(0).describe('Divides the cosines.').default(0.1),
    }),
  ],
  'auto',
);
