import { z } from 'zod';
import { isDefaultRow } from './name-or-object.js';
import { specSchema } from './schema.js';
import { EXTENDS, extendsSchema } from './sections/extends.js';
import { shorthandOf } from './shorthand.js';

/** JSON Schema, as far as this room reads it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of a spec file as users write it, for editors (`# yaml-language-server: $schema=…`) and for finding the key meant by a typo. */
export function specJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(specSchema, { io: 'input', override: ({ zodSchema, jsonSchema }) => adapt(zodSchema, jsonSchema) });
  return { ...extending(schema), title: 'Regraft run' };
}

function adapt(zodSchema: object, jsonSchema: JsonSchema): void {
  if (isDefaultRow(zodSchema)) jsonSchema.required = (jsonSchema.required ?? []).filter((key) => key !== 'name');
  const short = shorthandOf(zodSchema)?.short;
  if (short === undefined) return;
  const { $schema: _, ...shortSchema } = z.toJSONSchema(short);
  const { oneOf, anyOf, ...rest } = jsonSchema;
  const full = (oneOf ?? anyOf ?? [rest]) as JsonSchema[];
  for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
  Object.assign(jsonSchema, oneOf || anyOf ? rest : {}, { anyOf: [shortSchema, ...full] });
}

/** The same for files that extend others, of which one may say only what differs; a file that extends nothing is whole. */
function extending({ required = [], ...whole }: JsonSchema): JsonSchema {
  const { $schema: _, ...parents } = z.toJSONSchema(extendsSchema);
  const sections = Object.entries((whole.properties ?? {}) as Record<string, JsonSchema>);
  const needed = sections.filter(([key]) => required.includes(key)).map(([key, section]) => [key, requirementOf(section)] as const);
  return {
    ...whole,
    properties: {
      [EXTENDS]: parents,
      ...Object.fromEntries(sections.map(([key, section]) => [key, required.includes(key) ? partOf(section) : section])),
    },
    anyOf: [{ required: [EXTENDS] }, { required, properties: Object.fromEntries(needed) }],
  };
}

/** A section of which keys may be missing. */
function partOf({ required: _, anyOf, ...rest }: JsonSchema): JsonSchema {
  return { ...rest, ...(anyOf && { anyOf: anyOf.map((one) => partOf(one as JsonSchema)) }) };
}

/** Which keys of a section must not be missing. */
function requirementOf({ type, required, anyOf }: JsonSchema): JsonSchema {
  return {
    ...(type !== undefined && { type }),
    ...(required && { required }),
    ...(anyOf && { anyOf: anyOf.map((one) => requirementOf(one as JsonSchema)) }),
  };
}
