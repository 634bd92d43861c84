import { z } from 'zod';
import { stepSchema } from '../../../learning/data/index.js';
import { withShorthand } from '../shorthand.js';

/** One transform step; a step without options may be written as its name. */
const step = withShorthand(z.string(), (value) => (typeof value === 'string' ? { name: value } : value), stepSchema);

/** Transform steps in the order they are applied; the last is `to-tensor`. */
const transformListSchema = z.array(step).meta({ id: 'transforms' });

export const transformsSchema = z
  .strictObject({
    train: transformListSchema.describe('For training; default: those of the base plus the augmentation of the recipe.').exactOptional(),
    eval: transformListSchema.describe('For evaluation and prediction; default: those of the base.').exactOptional(),
  })
  .prefault({});
