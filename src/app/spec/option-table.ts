import { z } from 'zod';

type Row = z.ZodObject<{ name: z.ZodLiteral<string> }>;
type Rows = readonly [Row, ...Row[]];

/** The rows behind a schema made by {@link nameOrObject}; the published JSON Schema is written from them. */
export interface OptionTable {
  readonly rows: Rows;
  readonly defaultName: string;
}

export const optionTables = new WeakMap<object, OptionTable>();

/**
 * A thing with options, written as its name (`adamw`) or as an object (`{ name: adamw, lr: 3e-4 }`); an object without a name means
 * the default. The result always is the object with every option explicit. One row adds one.
 */
export function nameOrObject<const R extends Rows>(rows: R, defaultName: z.output<R[number]>['name']) {
  const schema = z.preprocess((value) => named(value, defaultName), z.discriminatedUnion('name', rows)).prefault({ name: defaultName });
  optionTables.set(schema, { rows, defaultName });
  return schema;
}

function named(value: unknown, defaultName: string): unknown {
  if (typeof value === 'string') return { name: value };
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('name' in value)) return { name: defaultName, ...value };
  return value;
}
