import { z } from 'zod';
import { withShorthand } from './shorthand.js';

type Row = z.ZodObject<{ name: z.ZodLiteral<string> }>;
type Rows = readonly [Row, ...Row[]];

const defaultRows = new WeakSet<object>();

/**
 * A thing with options, written as its name (`adamw`) or as an object (`{ name: adamw, lr: 3e-4 }`); an object without a name means
 * the default. The result always is the object with every option explicit. One row adds one.
 */
export function nameOrObject<const R extends Rows>(rows: R, defaultName: z.output<R[number]>['name']) {
  for (const row of rows) if (row.shape.name.value === defaultName) defaultRows.add(row);
  const names = z.enum(rows.map((row) => row.shape.name.value));
  return withShorthand(names, (value) => named(value, defaultName), z.discriminatedUnion('name', rows)).prefault({ name: defaultName });
}

/** Whether a row is what an object without a name means. */
export function isDefaultRow(schema: object): boolean {
  return defaultRows.has(schema);
}

function named(value: unknown, defaultName: string): unknown {
  if (typeof value === 'string') return { name: value };
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('name' in value)) return { name: defaultName, ...value };
  return value;
}
