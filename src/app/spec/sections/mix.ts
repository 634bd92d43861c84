import { z } from 'zod';
import { nameOrObject } from '../name-or-object.js';

const alpha = (value: number) =>
  z.number().gt(0).describe('Shares are drawn from Beta(alpha, alpha): near 0 and 1 for small numbers, even at 1.').default(value);
const chance = z.number().min(0).max(1).describe('Share of the batches that are mixed.').default(1);

/** Training on mixtures of two samples and of their labels. One row adds a way to mix. */
export const mixSchema = nameOrObject(
  [
    z.strictObject({ name: z.literal('none') }),
    z.strictObject({ name: z.literal('mixup').describe('Weighted means.'), alpha: alpha(0.2), chance }),
    z.strictObject({ name: z.literal('cutmix').describe('A rectangle of another image.'), alpha: alpha(1), chance }),
    z.strictObject({ name: z.literal('both').describe('One of the two for each batch.'), alpha: alpha(0.8), chance }),
  ],
  'none',
);
