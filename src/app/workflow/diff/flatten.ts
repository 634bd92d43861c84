/**
 * The values of a nested thing by dotted key: `training.optimizer.lr`, `groups[0].match`. A list of plain values is one value; what is undefined is
 * left out.
 */
export function flatten(value: unknown, key = ''): [key: string, value: unknown][] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.some(isNested)) return value.flatMap((item, index) => flatten(item, `${key}[${index}]`));
  if (!isNested(value) || Array.isArray(value)) return [[key, value]];
  return Object.entries(value).flatMap(([name, part]) => flatten(part, key === '' ? name : `${key}.${name}`));
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
