import { z } from 'zod';
import type { OptimizerSpec } from '../../../engine/optimizers/index.js';
import { nameOrObject } from '../name-or-object.js';

const rate = (lr: number) =>
  z
    .union([z.number().gt(0), z.literal('auto')])
    .describe('Learning rate; auto: found by a sweep of at most 100 steps on a copy of the weights.')
    .default(lr);
const weightDecay = (decay: number) => z.number().min(0).describe('Applies to all parameters unless a group says otherwise.').default(decay);
const beta = z.number().min(0).lt(1);
const betas = z.tuple([beta, beta]).default([0.9, 0.999]);
const eps = z.number().gt(0).default(1e-8);

/** An optimiser whose rate may be left to the run. */
type Asked<Spec> = Spec extends OptimizerSpec ? Omit<Spec, 'lr'> & { readonly lr: number | 'auto' } : never;

/** Defaults are PyTorch's; those of Lion stand to AdamW's as its paper says. One row adds an optimiser. */
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
    z.strictObject({ name: z.literal('lion'), lr: rate(1e-4), betas: z.tuple([beta, beta]).default([0.9, 0.99]), weightDecay: weightDecay(0.1) }),
    z.strictObject({
      name: z.literal('rmsprop'),
      lr: rate(0.01),
      alpha: z.number().min(0).lt(1).describe('Share of the mean square that is kept at each step.').default(0.99),
      eps,
      momentum: z.number().min(0).lt(1).default(0),
      centered: z.boolean().describe('Divides gradients by their standard deviation, not by the root of their mean square.').default(false),
      weightDecay: weightDecay(0),
    }),
  ],
  'adamw',
) satisfies z.ZodType<Asked<OptimizerSpec>>;
