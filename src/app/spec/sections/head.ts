import { z } from 'zod';
import { nameOrObject } from '../name-or-object.js';

const dropout = z.number().min(0).lt(1).describe('Share of the values set to zero before each layer while training.').default(0);

const width = z.int().min(1).describe('Length of the vectors that image-similarity answers with; default: 128.').exactOptional();

/** What turns features into the answer. One row adds a kind of head. */
export const headSchema = nameOrObject(
  [
    z.strictObject({ name: z.literal('linear'), dropout, width }),
    z.strictObject({
      name: z.literal('mlp'),
      hidden: z.array(z.int().min(1)).min(1).describe('Widths of the hidden layers.').default([256]),
      dropout,
      width,
    }),
    z.strictObject({ name: z.literal('keep') }).describe("The base's own answer; of image-similarity: its features, without a projection."),
  ],
  'linear',
);
