import { z } from 'zod';
import { pathSchema } from './path.js';

/** The key under which a spec file names those it is laid over. Only files have it: a resolved spec does not. */
export const EXTENDS = 'extends';

export const extendsSchema = z
  .union([pathSchema, z.array(pathSchema).min(1)])
  .describe('A spec file, or a list of them, that this one is laid over; later ones over earlier ones.');
