import { z } from 'zod';

const pattern = z.string().min(1);

/** Parameters with a learning rate or decay of their own; the first group that matches a name holds it. */
export const groupsSchema = z
  .array(
    z.strictObject({
      match: z
        .union([pattern, z.array(pattern).min(1)])
        .describe('A regular expression over parameter names, or a list of them: a parameter that one matches is in the group.'),
      lr: z.number().min(0).exactOptional(),
      weightDecay: z.number().min(0).exactOptional(),
      frozen: z.boolean().default(false),
    }),
  )
  .default([]);
