import { z } from 'zod';
import { defaultBaseRate } from '../../../learning/training/index.js';
import { nameOrObject } from '../name-or-object.js';

/** How the base is reused. One row adds a recipe. */
export const recipeSchema = nameOrObject(
  [
    z.strictObject({
      name: z.literal('linear-probe'),
      folds: z.int().min(2).describe('Folds of the cross-validation that chooses the strength of the regularisation.').default(5),
    }),
    z.strictObject({
      name: z.literal('setfit'),
      temperature: z.number().gt(0).describe('Divides the cosines of features; small values look at the nearest samples alone.').default(0.1),
      baseRate: z.number().gt(0).describe("Learning rate of the base, as a multiple of the optimiser's.").default(0.1),
      folds: z.int().min(2).describe('Folds of the cross-validation that chooses the strength of the probe.').default(5),
    }),
    z.strictObject({ name: z.literal('feature-extraction') }),
    z.strictObject({
      name: z.literal('fine-tune'),
      start: z
        .enum(['auto', 'probe', 'steps'])
        .describe('How the head is trained first: by a linear probe, or by gradient steps; auto: a probe where the head is linear.')
        .default('auto'),
      headShare: z.number().min(0).lt(1).describe('Share of the training in which only the head is trained, where it starts by steps.').default(0.2),
      baseRate: z
        .number()
        .gt(0)
        .describe('Learning rate of the base, as a multiple of that of the head; default: 0.1, or 1 with a layerDecay.')
        .exactOptional(),
      layerDecay: z.number().gt(0).max(1).describe('Factor on the learning rate from one block of the base to the one below it.').default(1),
      unfreeze: z
        .enum(['all', 'gradual'])
        .describe('gradual: the blocks of the base join one after the other, from the head down, an epoch each.')
        .default('all'),
    }),
    z.strictObject({ name: z.literal('full') }),
    z.strictObject({ name: z.literal('scratch') }),
  ],
  'fine-tune',
).transform((recipe) => (recipe.name === 'fine-tune' ? { ...recipe, baseRate: recipe.baseRate ?? defaultBaseRate(recipe) } : recipe));
