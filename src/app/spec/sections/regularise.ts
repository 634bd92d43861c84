import { z } from 'zod';
import { pathSchema } from './path.js';

const weight = z.number().gt(0).describe('Factor on the distance, which is added to the loss.');

/** What keeps a model from overfitting a few samples, or from forgetting what its base knew. */
export const regulariseSchema = z
  .strictObject({
    l2sp: z
      .number()
      .gt(0)
      .describe('L2-SP: weight decay of this strength pulls the base to its pretrained weights, not to zero; the head keeps its own decay.')
      .exactOptional(),
    stochasticDepth: z
      .number()
      .gt(0)
      .lt(1)
      .describe('Share of the samples that go past the last residual block in training; of earlier blocks evenly less.')
      .exactOptional(),
    features: z
      .strictObject({
        weight,
        at: z
          .union([z.literal('head'), z.array(z.string()).min(1)])
          .describe('Values that shall stay close to those of the untouched base: what the head reads, or names of values of the model.')
          .default('head'),
      })
      .describe('Feature distillation from the untouched base (as DELTA, without its attention).')
      .exactOptional(),
    oldHead: z
      .strictObject({
        weight,
        temperature: z.number().gt(0).describe('Divides the logits.').default(2),
      })
      .describe("The old head's answers shall stay those of the untouched base (learning without forgetting).")
      .exactOptional(),
  })
  .prefault({});

/** Knowledge distillation. */
export const distilSchema = z.strictObject({
  from: pathSchema.describe('The teacher: a bundle, or a base with the same class names.'),
  temperature: z.number().gt(0).describe("Divides the logits: the higher, the more of the teacher's doubts is learnt.").default(4),
  weight: z.number().gt(0).max(1).describe('Share of the loss that is about the teacher; the rest is about the labels.').default(0.5),
});

/** How unlabelled data takes part. */
export const pseudoLabelsSchema = z
  .strictObject({
    threshold: z.number().gt(0).max(1).describe('Probability from which the answer to a weakly changed image is taken for its label.').default(0.95),
    weight: z.number().gt(0).describe('Factor on their loss.').default(1),
    ratio: z.number().gt(0).describe('Unlabelled images for each labelled one of a step.').default(1),
  })
  .prefault({});
