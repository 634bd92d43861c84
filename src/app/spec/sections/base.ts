import { z } from 'zod';
import type { Preprocessing } from '../../../bases/importers/index.js';
import { withShorthand } from '../shorthand.js';

const uri = z.string().min(1).describe('A model URI (npm:…, hf:…), a path relative to the spec file, or an https URL.');
const pixels = z.int().min(1);
const perChannel = z.array(z.number()).min(1).max(4);

const preprocessing = z.strictObject({
  size: z.tuple([pixels, pixels]).describe('[height, width] of the model’s input.'),
  cropShare: z.number().gt(0).max(1).describe('Share of the shorter side that the evaluation crop keeps.').exactOptional(),
  filter: z.enum(['box', 'bilinear', 'bicubic', 'lanczos']).exactOptional(),
  layout: z.enum(['nchw', 'nhwc']).exactOptional(),
  channels: z.union([z.literal(1), z.literal(3), z.literal(4)]).exactOptional(),
  order: z.enum(['rgb', 'bgr']).exactOptional(),
  range: z.tuple([z.number(), z.number()]).describe('What the pixel values 0 and 255 become.').exactOptional(),
  mean: perChannel.exactOptional(),
  std: perChannel.exactOptional(),
}) satisfies z.ZodType<Preprocessing>;

/** The pretrained model to start from: its URI, or an object where the file does not say enough by itself. */
export const baseSchema = withShorthand(
  uri,
  (value) => (typeof value === 'string' ? { uri: value } : value),
  z.strictObject({
    uri,
    architecture: z.string().min(1).describe('Architecture of bare weights, where the file does not name it.').exactOptional(),
    signature: z.string().min(1).describe('Which signature of a SavedModel to use.').exactOptional(),
    preprocessing: preprocessing.describe('What the base was trained with, where the file does not say it.').exactOptional(),
  }),
);
