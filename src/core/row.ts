/** The row of a table under a key that comes from a file. What every object has, such as `constructor`, is no row. */
export function rowOf<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
