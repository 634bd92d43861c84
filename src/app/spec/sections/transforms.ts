import { z } from 'zod';
import { augmentPolicies, stepSchema } from '../../../learning/data/index.js';
import { withShorthand } from '../shorthand.js';

/** One transform step; a step without options may be written as its name. */
const step = withShorthand(z.string(), (value) => (typeof value === 'string' ? { name: value } : value), stepSchema);

/** Transform steps in the order they are applied; the last is `to-tensor`. */
const transformListSchema = z.array(step).meta({ id: 'transforms' });

export const transformsSchema = z
  .strictObject({
    augment: z
      .enum(['auto', ...augmentPolicies])
      .describe(
        'How much training images are changed where `train` does not list the steps. light: a random part, mirrored half of the time; medium: other colours, too; strong: RandAugment and random erasing, too; auto: light, none where a recipe computes features once.',
      )
      .default('auto'),
    train: transformListSchema.describe('For training; default: those of the base plus the augmentation of the recipe.').exactOptional(),
    eval: transformListSchema.describe('For evaluation and prediction; default: those of the base.').exactOptional(),
  })
  .refine(({ augment, train }) => augment === 'auto' || train === undefined, {
    path: ['augment'],
    message: 'the steps of training are listed in transforms.train already',
  })
  .prefault({});
