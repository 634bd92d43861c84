import { z } from 'zod';

interface Shorthand {
  readonly short: z.ZodType;
  readonly expand: (value: unknown) => unknown;
}

const written = new WeakMap<object, Shorthand>();

/** A schema that also takes a shorter form, which `expand` turns into the full one; anything else it passes on. */
export function withShorthand<Schema extends z.ZodType>(short: z.ZodType, expand: (value: unknown) => unknown, schema: Schema) {
  const result = z.preprocess(expand, schema);
  written.set(result, { short, expand });
  return result;
}

/** The shorter form a schema takes, for the published JSON Schema, and how it becomes the full one. */
export function shorthandOf(schema: object): Shorthand | undefined {
  return written.get(schema);
}
