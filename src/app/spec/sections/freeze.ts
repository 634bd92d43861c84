import { z } from 'zod';
import { withShorthand } from '../shorthand.js';

const forms = z.union([
  z.enum(['none', 'all']),
  z.strictObject({ until: z.string().min(1).describe('Everything this layer, node or value depends on, itself included.') }),
  z.strictObject({ match: z.string().min(1).describe('A regular expression over parameter names.') }),
  z.strictObject({ share: z.number().min(0).max(1).describe('This share of the parameters, nearest the input first.') }),
]);

/** Which parameters of the base stay as they are. A bare string is a regular expression, a bare number a share. */
export const freezeSchema = withShorthand(z.union([z.string(), z.number().min(0).max(1)]), expand, forms.default('none'));

function expand(value: unknown): unknown {
  if (typeof value === 'number') return { share: value };
  return typeof value === 'string' && value !== 'none' && value !== 'all' ? { match: value } : value;
}
