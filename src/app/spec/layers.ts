import { rowOf } from '../../core/index.js';
import type { SpecDocument } from './document.js';
import { formatPath, type SpecPath } from './location.js';
import { expandedAt } from './schema-walk.js';

type Mapping = Readonly<Record<string, unknown>>;

/** Keys of one mapping that say the same thing in different ways: the later takes the place of the earlier. */
const ALTERNATIVES: Readonly<Record<string, readonly string[]>> = {
  freeze: ['until', 'match', 'share'],
  training: ['epochs', 'steps'],
};

/**
 * A spec laid over another. Mappings are merged key by key; lists, texts and numbers take the place of what was there, and so does a thing of
 * another name (`optimizer: { name: sgd }` over one named adamw). `null` takes back what was said below: the default holds again.
 */
export function layOver(below: SpecDocument, above: SpecDocument): SpecDocument {
  const owner = (path: SpecPath): SpecDocument => (isFromAbove(below.value, above.value, path, 0) ? above : below);
  return {
    value: merged(below.value, above.value, []),
    locate: (path, part) => owner(path).locate(path, part),
    folderOf: (path) => owner(path).folderOf(path),
  };
}

/** A copy of a mapping with `key` set, or taken away where the value is `null`. What `key` is an alternative to goes, too. */
export function withKey(mapping: Mapping, key: string, value: unknown, at: SpecPath): Mapping {
  const others = rowOf(ALTERNATIVES, formatPath(at)) ?? [];
  const isOther = (name: string): boolean => value !== null && others.includes(key) && others.includes(name) && name !== key;
  const kept = Object.entries(mapping).filter(([name]) => name !== key && !isOther(name));
  // What is not there cannot be taken back: the schema then says what the key takes, or that there is none.
  const isTakenBack = value === null && Object.hasOwn(mapping, key);
  return Object.fromEntries(isTakenBack ? kept : [...kept, [key, value]]);
}

function merged(below: unknown, above: unknown, at: SpecPath): unknown {
  const base = mergedBase(below, above, at);
  if (base === undefined) return above;
  return Object.entries(above as Mapping).reduce<Mapping>((result, [key, value]) => {
    const part = Object.hasOwn(result, key) ? merged(result[key], value, [...at, key]) : value;
    return withKey(result, key, part, at);
  }, base);
}

/** What lies below as a mapping, where the one above is merged with it; `undefined` where that takes its place. */
function mergedBase(below: unknown, above: unknown, at: SpecPath): Mapping | undefined {
  if (!isMapping(above)) return undefined;
  const base = expandedAt(at, below);
  if (!isMapping(base)) return undefined;
  return Object.hasOwn(above, 'name') && above['name'] !== base['name'] ? undefined : base;
}

/** Whether what stands at `path` of the merged spec was written above; of what was written on both sides, above counts. */
function isFromAbove(below: unknown, above: unknown, path: SpecPath, depth: number): boolean {
  const key = path[depth];
  const base = mergedBase(below, above, path.slice(0, depth));
  if (base === undefined || key === undefined) return true;
  const name = String(key);
  if (!Object.hasOwn(base, name)) return true;
  return Object.hasOwn(above as Mapping, name) && isFromAbove(base[name], (above as Mapping)[name], path, depth + 1);
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
