import { z } from 'zod';

/** Parameters with a learning rate or decay of their own; the first group that matches a name holds it. */
export const groupsSchema = z
  .array(
    z.strictObject({
      match: z.string().min(1).describe('A regular expression over parameter names.'),
      lr: z.number().min(0).exactOptional(),
      weightDecay: z.number().min(0).exactOptional(),
      frozen: z.boolean().default(false),
    }),
  )
  .default([]);
