import type { FileMetaData } from 'hyparquet';

/** The names that Hugging Face's datasets keeps beside a Parquet file for columns of class numbers, by column. */
export function labelNames({ key_value_metadata: entries = [] }: FileMetaData): Map<string, readonly string[]> {
  const text = entries.find(({ key }) => key === 'huggingface')?.value;
  const found = new Map<string, readonly string[]>();
  for (const [column, feature] of Object.entries(featuresIn(text))) {
    const names = namesIn(feature);
    if (names) found.set(column, names);
  }
  return found;
}

function featuresIn(text: string | undefined): Record<string, unknown> {
  try {
    return fieldsOf(fieldsOf(fieldsOf(JSON.parse(text ?? '{}'))['info'])['features']);
  } catch {
    // What another program left there says nothing about the data.
    return {};
  }
}

/** The names of a feature, or of the entries of a list of them. */
function namesIn(feature: unknown): readonly string[] | undefined {
  const { names, feature: entry } = fieldsOf(feature);
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  return entry === undefined ? undefined : namesIn(entry);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** A value as JSON would have it: numbers for 64-bit integers, and names for class numbers; −1 stands for no class. */
export function cellOf(value: unknown, names: readonly string[] | undefined): unknown {
  if (typeof value === 'bigint') return cellOf(Number(value), names);
  if (typeof value === 'number' && names !== undefined) return names[value];
  if (Array.isArray(value)) return value.map((entry) => cellOf(entry, names));
  if (ArrayBuffer.isView(value)) return Array.from(value as Int32Array, (entry) => cellOf(entry, names));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cellOf(entry, names)]));
}
