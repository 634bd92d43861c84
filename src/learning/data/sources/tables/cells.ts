/** A cell that is a list: of JSON or Parquet itself, of CSV written as JSON. Undefined when it is none. */
export function listOf(cell: unknown): readonly unknown[] | undefined {
  const value = structureOf(cell);
  return Array.isArray(value) ? value : undefined;
}

/** A cell that is an object. Undefined when it is none. */
export function objectOf(cell: unknown): Readonly<Record<string, unknown>> | undefined {
  const value = structureOf(cell);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function structureOf(cell: unknown): unknown {
  if (typeof cell !== 'string' || !/^\s*[[{]/.test(cell)) return cell;
  try {
    return JSON.parse(cell);
  } catch {
    return undefined;
  }
}
