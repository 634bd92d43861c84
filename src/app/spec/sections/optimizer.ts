import { z } from 'zod';
import type { OptimizerSpec } from '../../../engine/optimizers/index.js';
import { nameOrObject } from '../name-or-object.js';

const rate = (lr: number) => z.number().gt(0).describe('Learning rate.').default(lr);
const weightDecay = (decay: number) => z.number().min(0).describe('Applies to all parameters unless a group says otherwise.').default(decay);
const beta = z.number().min(0).lt(1);
const betas = z.tuple([beta, beta]).default([0.9, 0.999]);
const eps = z.number().gt(0).default(1e-8);

/** Defaults are PyTorch's. One row adds an optimiser. */
export const optimizerSchema = nameOrObject(
  [
    z
      .strictObject({
        name: z.literal('sgd'),
        lr: rate(0.01),
        momentum: z.number().min(0).lt(1).default(0),
        nesterov: z.boolean().default(false),
        weightDecay: weightDecay(0),
      })
      .refine(({ nesterov, momentum }) => !nesterov || momentum > 0, { path: ['nesterov'], message: 'Nesterov needs a momentum above 0' }),
    z.strictObject({ name: z.literal('adam'), lr: rate(0.001), betas, eps, weightDecay: weightDecay(0) }),
    z.strictObject({ name: z.literal('adamw'), lr: rate(0.001), betas, eps, weightDecay: weightDecay(0.01) }),
  ],
  'adamw',
) satisfies z.ZodType<OptimizerSpec>;
