import { z } from 'zod';
import { preprocessingSchema } from '../../../bases/importers/index.js';
import { withShorthand } from '../shorthand.js';
import { pathSchema } from './path.js';

const uri = pathSchema.describe('A model URI (npm:…, hf:…), a path relative to the file it is written in, or an https URL.');

/** The pretrained model to start from: its URI, or an object where the file does not say enough by itself. */
export const baseSchema = withShorthand(
  uri,
  (value) => (typeof value === 'string' ? { uri: value } : value),
  z.strictObject({
    uri,
    architecture: z.string().min(1).describe('Architecture of bare weights, where the file does not name it.').exactOptional(),
    adapter: pathSchema.describe('An adapter that was trained for the base: a folder as PEFT and regraft train write it.').exactOptional(),
    signature: z.string().min(1).describe('Which signature of a SavedModel to use.').exactOptional(),
    preprocessing: preprocessingSchema.describe('What the base was trained with, where the file does not say it.').exactOptional(),
  }),
);
