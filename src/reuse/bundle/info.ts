import { z } from 'zod';
import { columnsSchema, decodeSchema, stepSchema } from '../../learning/data/index.js';
import { taskNames } from '../../learning/tasks/index.js';

const measured = z.object({ value: z.number(), interval: z.tuple([z.number(), z.number()]) });

const signature = z.object({ name: z.string(), type: z.string(), dims: z.array(z.union([z.number(), z.string(), z.null()])) });

/** What `format` says; a bundle that could not be read by older programs has a higher one. */
export const BUNDLE_FORMAT = 1;

/** Everything in `bundle.json`: what a program needs to use `model.onnx`, and what people need to trust it. */
export const bundleSchema = z.object({
  format: z.literal(BUNDLE_FORMAT),
  task: z.enum(taskNames),
  /** What kind of labels it was trained with. */
  target: z.enum(['classes', 'values', 'labels', 'tags', 'masks', 'answers', 'none']).optional(),
  /** Class names in the order of the outputs, or names of the output values. */
  labels: z.array(z.string()),
  inputs: z.array(signature),
  outputs: z.array(signature),
  /** How texts become tokens, with the tokenizer whose files lie in the bundle. */
  text: z
    .object({
      /** Tokens of a text at most, special tokens included. */
      maxLength: z.int().min(1),
      /** Longer texts: cut, or refused. */
      overflow: z.enum(['cut', 'fail']),
      /** Tokens that a window of a long text shares with the one before. */
      stride: z.int().min(0),
      /** What of a prompt and its completion counts. */
      lossOn: z.enum(['all', 'completion']),
      /** Which columns of a table held the texts, where the spec named them. */
      columns: columnsSchema.optional(),
      /** Stands behind the tokens of shorter texts of a batch. */
      padId: z.int(),
    })
    .optional(),
  /** What the first output holds. */
  activation: z.enum(['logits', 'probabilities', 'values']),
  /** How an image file becomes pixels, where that is not the default. */
  decode: decodeSchema.partial().optional(),
  /** Steps from a decoded image to the input tensor. */
  preprocessing: z.array(stepSchema).optional(),
  base: z.object({ uri: z.string(), sha256: z.string(), licence: z.string().optional() }),
  data: z.object({ sha256: z.string(), samples: z.number() }),
  recipe: z.string(),
  /** By split and metric name. */
  metrics: z.record(z.string(), z.record(z.string(), measured)),
  versions: z.record(z.string(), z.string()),
  created: z.string(),
  files: z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number() })),
});

export type BundleInfo = z.infer<typeof bundleSchema>;
