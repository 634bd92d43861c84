import { z } from 'zod';

/** The values of the base that feed the head. */
export const tapsSchema = z
  .union([z.literal('last'), z.literal('auto'), z.array(z.string().min(1)).min(1)])
  .describe(
    'last: the layer before the head; auto: chosen by how well they transfer; or a list of value names, of text models one: the vectors of the tokens, or the vector of the text.',
  )
  .default('last');
