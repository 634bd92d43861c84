import { parse } from 'yaml';
import { fail } from '../../core/index.js';
import type { SpecDocument } from './document.js';
import type { SpecPath } from './location.js';

interface Override {
  readonly text: string;
  readonly path: SpecPath;
  readonly value: unknown;
}

/**
 * Lays `key.key=value` texts over a spec, in order. Values are YAML: `training.lr=1e-4` is a number, `groups=[]` a list.
 * @throws SPEC_OVERRIDE when a text is not of that form
 */
export function override(document: SpecDocument, texts: readonly string[]): SpecDocument {
  const overrides = texts.map(parseOverride);
  return {
    value: overrides.reduce((value, { path, value: part }) => replaceAt(value, path, part), document.value),
    locate: (path, part) => {
      const from = overrides.findLast((candidate) => startsWith(path, candidate.path) || startsWith(candidate.path, path));
      return from === undefined ? document.locate(path, part) : `--set ${from.text}`;
    },
  };
}

function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(equals, 0)).split('.');
  if (keys.some((key) => key.trim() === '')) return fail('SPEC_OVERRIDE', { text, reason: 'it is not of the form key.key=value' });
  const path = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  try {
    return { text, path, value: parse(text.slice(equals + 1)) as unknown };
  } catch (cause) {
    return fail('SPEC_OVERRIDE', { text, reason: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause) }, cause);
  }
}

/** A copy of `target` with `value` at `path`. A name on the way (`optimizer: adamw`) becomes an object of that name. */
function replaceAt(target: unknown, path: SpecPath, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target) && typeof key === 'number') {
    const items: readonly unknown[] = target;
    return Object.assign([...items], { [key]: replaceAt(items[key], rest, value) });
  }
  const holder: Record<PropertyKey, unknown> = typeof target === 'string' ? { name: target } : { ...(target as object | null) };
  return { ...holder, [key]: replaceAt(Object.hasOwn(holder, key) ? holder[key] : undefined, rest, value) };
}

function startsWith(path: SpecPath, start: SpecPath): boolean {
  return start.length <= path.length && start.every((key, index) => key === path[index]);
}
