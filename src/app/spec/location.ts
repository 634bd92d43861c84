/** Keys and list positions from the top of a spec: `['groups', 0, 'lr']`. */
export type SpecPath = readonly PropertyKey[];

/** Says, for people, where a key or a value of a spec was written: `run.yaml, line 12`. */
export type Locate = (path: SpecPath, part: 'key' | 'value') => string;

/** `groups[0].lr`; `the spec` for the top. */
export function formatPath(path: SpecPath): string {
  if (path.length === 0) return 'the spec';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** What stands at a path, or undefined. */
export function valueAt(value: unknown, path: SpecPath): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
