import { z } from 'zod';

const paths = z.registry<{ readonly path: true }>();

/** A path, or a URI where the key takes one. A relative one starts from the folder of the file it is written in. */
export const pathSchema = z.string().min(1).register(paths, { path: true });

/** Whether a schema is {@link pathSchema}, described or not. */
export function isPath(schema: z.core.$ZodType): boolean {
  return paths.get(schema) !== undefined;
}
