import { z } from 'zod';
import type { ScheduleSpec } from '../../../learning/training/index.js';
import { nameOrObject } from '../name-or-object.js';

const share = (value: number) => z.number().min(0).lt(1).describe('Share of all steps.').default(value);
const endFactor = z.number().min(0).max(1).describe('Learning rate of the last step, as a share of the full one.').default(0);

/** How the learning rate moves over the run. One row adds a schedule. */
export const scheduleSchema = nameOrObject(
  [
    z.strictObject({ name: z.literal('constant'), warmup: share(0) }),
    z.strictObject({
      name: z.literal('step'),
      every: z.number().gt(0).describe('Epochs between two drops.').default(1),
      factor: z.number().gt(0).lt(1).describe('What the rate is multiplied with at each drop.').default(0.1),
      warmup: share(0),
    }),
    z.strictObject({ name: z.literal('cosine'), warmup: share(0), endFactor }),
    z.strictObject({ name: z.literal('linear'), warmup: share(0.1), endFactor }),
    z.strictObject({
      name: z.literal('polynomial'),
      power: z.number().gt(0).describe('1 falls in a straight line, less stays high for longer.').default(0.9),
      warmup: share(0),
      endFactor,
    }),
    z.strictObject({
      name: z.literal('plateau'),
      metric: z.string().min(1).describe('A metric of the validation data; auto: the loss, of tags and answers their F1.').default('auto'),
      factor: z.number().gt(0).lt(1).describe('What the rate is multiplied with when the metric no longer improves.').default(0.1),
      patience: z.int().min(0).describe('Evaluations in a row without an improvement that change nothing yet.').default(1),
      threshold: z.number().min(0).lt(1).describe('Share of the best value that counts as an improvement.').default(1e-4),
      minFactor: z.number().min(0).max(1).describe('Lowest learning rate, as a share of the full one.').default(0),
      warmup: share(0),
    }),
    z.strictObject({
      name: z.literal('one-cycle'),
      warmup: share(0.3),
      startFactor: z.number().gt(0).max(1).describe('Learning rate of the first step, as a share of the highest.').default(0.04),
      endFactor: z.number().min(0).max(1).describe('Learning rate of the last step, as a share of the highest.').default(4e-6),
    }),
    z.strictObject({
      name: z.literal('slanted-triangular'),
      warmup: share(0.1),
      ratio: z.number().min(1).describe('How many times the highest learning rate is the lowest.').default(32),
    }),
  ],
  'cosine',
) satisfies z.ZodType<ScheduleSpec>;
