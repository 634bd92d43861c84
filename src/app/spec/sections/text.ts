import { z } from 'zod';

/** How texts become what the model reads. */
export const textSchema = z
  .strictObject({
    maxLength: z
      .union([z.literal('auto'), z.int().min(2)])
      .describe('Tokens of a text at most, special tokens included; auto: what the base takes, 512 at most.')
      .default('auto'),
    overflow: z
      .enum(['cut', 'fail'])
      .describe('Longer texts: cut, or left out as samples that cannot be read. Question answering and language modelling read them in windows.')
      .default('cut'),
    stride: z
      .union([z.literal('auto'), z.int().min(0)])
      .describe('Tokens that a window of a long text shares with the one before; auto: a quarter of the window.')
      .default('auto'),
    lossOn: z
      .enum(['all', 'completion'])
      .describe('What causal language modelling learns of prompts with completions: all of it, or the completions alone.')
      .default('all'),
    pooling: z
      .enum(['auto', 'mean', 'max', 'first', 'last'])
      .describe('How the vectors of the tokens become one; auto: as the base was trained, else their mean, of a causal model the last one.')
      .default('auto'),
  })
  .prefault({});
