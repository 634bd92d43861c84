import { z } from 'zod';
import { isDefaultRow } from './name-or-object.js';
import { specSchema } from './schema.js';
import { shorthandOf } from './shorthand.js';

/** JSON Schema, as far as this room reads it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of a spec as users write it, for editors (`# yaml-language-server: $schema=…`) and for finding the key meant by a typo. */
export function specJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(specSchema, { io: 'input', override: ({ zodSchema, jsonSchema }) => adapt(zodSchema, jsonSchema) });
  return { ...schema, title: 'Regraft run' };
}

function adapt(zodSchema: object, jsonSchema: JsonSchema): void {
  if (isDefaultRow(zodSchema)) jsonSchema.required = (jsonSchema.required ?? []).filter((key) => key !== 'name');
  const short = shorthandOf(zodSchema);
  if (short === undefined) return;
  const { $schema: _, ...shortSchema } = z.toJSONSchema(short);
  const { oneOf, anyOf, ...rest } = jsonSchema;
  const full = (oneOf ?? anyOf ?? [rest]) as JsonSchema[];
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, oneOf || anyOf ? rest : {}, { anyOf: [shortSchema, ...full] });
}
