import { z } from 'zod';
import { byteSize } from './byte-size.js';
import { lossSchema } from './loss.js';
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

const prefixCache = z.union([off, z.strictObject({ budget: byteSize.describe('Disk space: bytes, or 2GB.').default(4e9) })]);

export const trainingSchema = z
  .strictObject({
    epochs: z.int().min(1).describe('Length of the training in epochs; either this or steps.').exactOptional(),
    steps: z.int().min(1).describe('Length of the training in optimiser steps; either this or epochs.').exactOptional(),
    batchSize: z.int().min(1).default(32),
    accumulate: z.int().min(1).describe('Batches whose gradients are added up before one step.').default(1),
    shuffle: z.boolean().default(true),
    optimizer: optimizerSchema,
    schedule: scheduleSchema,
    loss: lossSchema,
    clip: clip.describe('Limits on the gradients: the norm of all of them, or the size of each value.').default(false),
    earlyStopping: earlyStopping.describe('Stops when the metric no longer improves, and restores the best weights.').default(false),
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
  .transform((training) => (training.steps === undefined ? { ...training, epochs: training.epochs ?? DEFAULT_EPOCHS } : training))
  .prefault({});
