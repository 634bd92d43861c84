import { z } from 'zod';
import { samplers } from '../../../learning/data/index.js';
import { nameOrObject } from '../name-or-object.js';
import { byteSize } from './byte-size.js';
import { lossSchema } from './loss.js';
import { mixSchema } from './mix.js';
import { optimizerSchema } from './optimizer.js';
import { distilSchema, pseudoLabelsSchema, regulariseSchema } from './regularise.js';
import { scheduleSchema } from './schedule.js';

const DEFAULT_EPOCHS = 5;
const off = z.literal(false);

const clip = z.union([off, z.strictObject({ norm: z.number().gt(0).exactOptional(), value: z.number().gt(0).exactOptional() })]);

const earlyStopping = z.union([
  off,
  z.strictObject({
    metric: z.string().min(1).describe('A metric of the validation data; auto: the loss, of tags and answers their F1.').default('auto'),
    patience: z.int().min(1).describe('Evaluations without an improvement before the run stops.').default(3),
    minDelta: z.number().min(0).describe('What counts as an improvement.').default(0),
  }),
]);

const checkpoint = z.union([
  off,
  z.strictObject({
    every: z
      .union([z.literal('epoch'), z.int().min(1)])
      .describe('epoch, or a number of steps.')
      .default('epoch'),
    keep: z.int().min(1).describe('How many of the last ones to keep.').default(1),
  }),
]);

const average = nameOrObject(
  [
    z.strictObject({ name: z.literal('none') }),
    z.strictObject({
      name: z.literal('ema'),
      decay: z.number().gt(0).lt(1).describe('Share of the average that stays at each step; it rises to this over the first steps.').default(0.999),
    }),
    z.strictObject({
      name: z.literal('swa'),
      share: z.number().gt(0).max(1).describe('Share of the steps, the last ones, whose weights are averaged.').default(0.25),
      rate: z
        .enum(['constant', 'schedule'])
        .describe('Whether the learning rate stays as it is meanwhile, or follows its schedule.')
        .default('constant'),
    }),
  ],
  'none',
);

const prefixCache = z.union([
  off,
  z.strictObject({
    budget: byteSize.describe('Disk space: bytes, or 2GB.').default(4e9),
    views: z
      .int()
      .min(1)
      .describe(
        'Augmented views of each image whose features are kept, shown in turn from epoch to epoch; with 1, those of augmented images are not kept.',
      )
      .default(1),
  }),
]);

export const trainingSchema = z
  .strictObject({
    epochs: z
      .union([z.literal('auto'), z.int().min(1)])
      .describe('Length of the training in epochs, or auto: by the number of samples; either this or steps.')
      .exactOptional(),
    steps: z.int().min(1).describe('Length of the training in optimiser steps; either this or epochs.').exactOptional(),
    batchSize: z.int().min(1).default(32),
    accumulate: z.int().min(1).describe('Batches whose gradients are added up before one step.').default(1),
    shuffle: z.boolean().default(true),
    sampler: z
      .enum(['shuffle', ...samplers])
      .describe(
        'How often an epoch shows each class. shuffle: as often as it occurs; balanced: all alike; sqrt: by the square root of how often it occurs.',
      )
      .default('shuffle'),
    mix: mixSchema,
    progressive: z
      .array(
        z.strictObject({
          share: z.number().gt(0).lt(1).describe('Share of the training.'),
          size: z.int().min(1).describe('Shorter side of the images in pixels.'),
        }),
      )
      .describe('Begins with smaller images, in these parts one after the other; the rest of the training has images of full size.')
      .default([]),
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    loss: lossSchema,
    clip: clip.describe('Limits on the gradients: the norm of all of them, or the size of each value.').default(false),
    earlyStopping: earlyStopping.describe('Stops when the metric no longer improves, and restores the best weights.').default(false),
    keep: z
      .enum(['last', 'best'])
      .describe("The weights to end with: the last, or those of the best evaluation, by early stopping's metric; default: best with early stopping.")
      .exactOptional(),
    average: average.describe('An average of the weights over the last phase, which is what is evaluated and kept: exponential, or equal.'),
    checkpoint: checkpoint.describe('When to store what resuming needs.').prefault({}),
    batchNorm: z
      .enum(['eval', 'adapt', 'train'])
      .describe(
        'eval: running statistics are used and never moved. adapt: they are estimated anew on the training data before training. train: those of each batch are used, and the running ones move.',
      )
      .default('eval'),
    regularise: regulariseSchema.describe('What keeps a model from overfitting or forgetting, beside weight decay and dropout in the head.'),
    distil: distilSchema.describe('Learns from the answers of a model that was trained before, too.').exactOptional(),
    pseudoLabels: pseudoLabelsSchema.describe('How the images of data.unlabelled take part (FixMatch).'),
    checkpointActivations: z
      .boolean()
      .describe(
        'Computes activations again for the backward pass instead of keeping them. Of a BERT of 12 layers, with batches of 8 texts of 128 tokens, that took a tenth less memory where all weights are trained, a third less with LoRA on an int8 base, and 28% to 62% more time on a busy machine. See docs/memory.md.',
      )
      .default(false),
    prefixCache: prefixCache.describe('Keeps the outputs of the frozen part of the base on disk.').prefault({}),
  })
  .refine(({ epochs, steps }) => epochs === undefined || steps === undefined, {
    path: ['steps'],
    message: 'training takes epochs or steps, not both',
  })
  .refine(({ sampler, shuffle }) => shuffle || sampler === 'shuffle', {
    path: ['sampler'],
    message: 'a sampler draws the samples of an epoch; leave shuffle on',
  })
  .refine(({ progressive }) => progressive.reduce((sum, { share }) => sum + share, 0) < 1, {
    path: ['progressive'],
    message: 'the shares must leave something of the training for images of full size',
  })
  .transform((training) => (training.steps === undefined ? { ...training, epochs: training.epochs ?? DEFAULT_EPOCHS } : training))
  .transform((training) => ({ ...training, keep: training.keep ?? (training.earlyStopping ? ('best' as const) : ('last' as const)) }))
  .prefault({});
