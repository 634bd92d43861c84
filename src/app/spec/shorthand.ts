import { z } from 'zod';

const written = new WeakMap<object, z.ZodType>();

/** A schema that also takes a shorter form, which `expand` turns into the full one; anything else it passes on. */
export function withShorthand<Schema extends z.ZodType>(short: z.ZodType, expand: (value: unknown) => unknown, schema: Schema) {
  const result = z.preprocess(expand, schema);
  written.set(result, short);
  return result;
}

/** The shorter form a schema takes, for the published JSON Schema. */
export function shorthandOf(schema: object): z.ZodType | undefined {
  return written.get(schema);
}
