import { z } from 'zod';
import { optionTables } from './option-table.js';
import { specSchema } from './schema.js';

/** JSON Schema, as far as this room reads it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of a spec as users write it, for editors (`# yaml-language-server: $schema=…`) and for finding the keys meant by a typo. */
export function specJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(specSchema, { io: 'input', override: ({ zodSchema, jsonSchema }) => allowNames(zodSchema, jsonSchema) });
  return { ...schema, title: 'Regraft run' };
}

/** Turns the schema of a thing with options into: its name, or an object, which is of the default kind when it has no name. */
function allowNames(zodSchema: object, jsonSchema: JsonSchema): void {
  const table = optionTables.get(zodSchema);
  if (!table) return;
  const { oneOf = [], ...rest } = jsonSchema;
  for (const row of oneOf as JsonSchema[]) {
    const isDefault = (row.properties?.['name'] as JsonSchema | undefined)?.const === table.defaultName;
    if (isDefault) row.required = (row.required ?? []).filter((key) => key !== 'name');
  }
  const names = table.rows.map((row) => row.shape.name.value);
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, rest, { default: table.defaultName, anyOf: [{ type: 'string', enum: names }, { oneOf }] });
}
