import { z } from 'zod';
import { defaultBaseRate } from '../../../learning/training/index.js';
import { nameOrObject } from '../name-or-object.js';

const targets = z
  .union([z.enum(['auto', 'all-linear']), z.array(z.string()).min(1), z.strictObject({ match: z.string().min(1) })])
  .describe(
    'Layers that are changed, never the head: auto (the usual projections of attention, else all linear layers, else all convolutions), all-linear, a list of names or of their last parts such as [query, value], or { match: REGEX } over the names of their weights.',
  )
  .default('auto');

const quantise = z
  .enum(['none', 'int8'])
  .describe(
    'int8: frozen matrices are stored in 8 bits while the adapter is trained, in a quarter of their memory. Final metrics and the bundle are of the adapter on the base in full precision.',
  )
  .default('none');

const lowRank = {
  rank: z.int().min(1).describe('Width of the update of each weight.').default(8),
  alpha: z.number().gt(0).describe('The update is multiplied by alpha / rank.').default(16),
  dropout: z.number().min(0).lt(1).describe('Dropout before the update.').default(0),
  rankStabilised: z.boolean().describe('Whether alpha / √rank takes the place of alpha / rank.').default(false),
  targets,
  quantise,
};

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
    z.strictObject({
      name: z
        .literal('auto')
        .describe('linear-probe, fine-tune or full, by the number of samples and by how well the base knows such data; the run says why.'),
    }),
    z.strictObject({ name: z.literal('full') }),
    z.strictObject({ name: z.literal('scratch') }),
    z.strictObject({ name: z.literal('lora'), ...lowRank }),
    z.strictObject({ name: z.literal('dora'), ...lowRank }),
    z.strictObject({
      name: z.literal('ia3'),
      targets,
      feedForward: z
        .union([z.literal('auto'), z.array(z.string())])
        .describe('Which of the targets are multiplied at their input, by names as in targets; auto: the second layers of feed-forward networks.')
        .default('auto'),
      quantise,
    }),
    z.strictObject({
      name: z.literal('adapter'),
      width: z.int().min(1).describe('Width of the narrow layers.').default(64),
      activation: z.enum(['relu', 'gelu']).default('relu'),
      after: z.enum(['both', 'feed-forward']).describe('Behind which sub-layers of each block they stand.').default('both'),
      quantise,
    }),
    z.strictObject({
      name: z.literal('prompt-tuning'),
      tokens: z.int().min(1).describe('Learnt vectors before each text, which grows by as many tokens.').default(20),
      quantise,
    }),
    z.strictObject({ name: z.literal('bitfit') }),
    z.strictObject({
      name: z.literal('last-k'),
      layers: z.int().min(1).describe('How many of the last blocks are trained beside the head.').default(2),
    }),
  ],
  'fine-tune',
).transform((recipe) => (recipe.name === 'fine-tune' ? { ...recipe, baseRate: recipe.baseRate ?? defaultBaseRate(recipe) } : recipe));
