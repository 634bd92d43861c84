import { z } from 'zod';
import { nameOrObject } from '../name-or-object.js';

const dropout = z.number().min(0).lt(1).describe('Share of the values set to zero before each layer while training.').default(0);

const pixels = {
  width: z.int().min(1).describe('Channels of its layers; default: 256, of lr-aspp 128, of fcn a quarter of those of the base.').exactOptional(),
  dropout: z
    .number()
    .min(0)
    .lt(1)
    .describe('Share of the values set to zero before the last layers while training; default: 0.5, of fcn 0.1, of lr-aspp and u-net 0.')
    .exactOptional(),
  aux: z.boolean().describe('Whether training also looks at a small head in the middle of the base, whose loss counts 0.4.').default(false),
};
const dense = {
  ...pixels,
  outputStride: z
    .union([z.literal(8), z.literal(16), z.literal(32)])
    .describe(
      'How many pixels of the image a position of the last map stands for; 8 is finer and takes about four times the work of the last stages.',
    )
    .default(16),
};

/** What turns features into the answer. auto: of pixels deeplabv3, of all else linear. One row adds a kind of head. */
export const headSchema = nameOrObject(
  [
    z.strictObject({ name: z.literal('auto'), dropout }),
    z.strictObject({ name: z.literal('linear'), dropout }),
    z.strictObject({
      name: z.literal('mlp'),
      hidden: z.array(z.int().min(1)).min(1).describe('Widths of the hidden layers.').default([256]),
      dropout,
    }),
    z.strictObject({ name: z.literal('keep') }),
    z.strictObject({ name: z.literal('deeplabv3'), ...dense }),
    z.strictObject({ name: z.literal('deeplabv3+'), ...dense }),
    z.strictObject({ name: z.literal('lr-aspp'), ...dense }),
    z.strictObject({ name: z.literal('fcn'), ...dense }),
    z.strictObject({ name: z.literal('u-net'), ...pixels }),
  ],
  'auto',
);
