import type { z } from 'zod';
import type { SpecPath } from './location.js';
import { specSchema } from './schema.js';
import { isPath } from './sections/path.js';
import { shorthandOf } from './shorthand.js';

type Schema = z.core.$ZodType;

/** What a thing written short at a path stands for: `adamw` at `training.optimizer` is `{ name: adamw }`. Anything else is given back. */
export function expandedAt(path: SpecPath, value: unknown): unknown {
  let schema: Schema | undefined = specSchema;
  for (const key of path) schema = schema && childOf(layers(schema).at(-1) as Schema, key);
  const shorthand = schema && layers(schema).map(shorthandOf).find(Boolean);
  return shorthand ? shorthand.expand(value) : value;
}

/** A copy of a resolved spec in which every path or URI has become what `change` makes of it. */
export function withPaths<Spec>(spec: Spec, change: (text: string, at: SpecPath) => string): Spec {
  return changed(specSchema, spec, [], change) as Spec;
}

function changed(schema: Schema, value: unknown, at: SpecPath, change: (text: string, at: SpecPath) => string): unknown {
  const around = layers(schema);
  if (typeof value === 'string') return hasPath(schema) ? change(value, at) : value;
  const inner = around.at(-1) as Schema;
  if (optionsOf(inner).length > 0) return optionsOf(inner).reduce((part, option) => changed(option, part, at, change), value);
  if (Array.isArray(value)) return value.map((item, index) => changedChild(inner, item, [...at, index], change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, changedChild(inner, part, [...at, key], change)]));
}

function changedChild(parent: Schema, value: unknown, at: SpecPath, change: (text: string, at: SpecPath) => string): unknown {
  const schema = childOf(parent, at.at(-1) as PropertyKey);
  return schema ? changed(schema, value, at, change) : value;
}

/** Whether a text that the schema takes is a path. */
function hasPath(schema: Schema): boolean {
  const around = layers(schema);
  return around.some(isPath) || optionsOf(around.at(-1) as Schema).some(hasPath);
}

/** A schema and what it wraps (defaults, shorter forms, checks across keys), from the outside to the value's own kind. */
function layers(schema: Schema): Schema[] {
  const def = schema._zod.def as Partial<Record<'innerType' | 'in' | 'out', Schema>>;
  const inner = def.innerType ?? (def.out?._zod.def.type === 'transform' ? def.in : def.out);
  return inner ? [schema, ...layers(inner)] : [schema];
}

function optionsOf(schema: Schema): readonly Schema[] {
  return (schema._zod.def as { readonly options?: readonly Schema[] }).options ?? [];
}

/** The schema of a key of a mapping, or of a position of a list. */
function childOf(schema: Schema, key: PropertyKey): Schema | undefined {
  const { shape, element } = schema._zod.def as { readonly shape?: Readonly<Record<PropertyKey, Schema>>; readonly element?: Schema };
  if (typeof key === 'number') return element;
  return shape && Object.hasOwn(shape, key) ? shape[key] : undefined;
}
