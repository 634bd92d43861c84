import { parse } from 'yaml';
import { fail } from '../../core/index.js';
import type { SpecDocument } from './document.js';
import { withKey } from './layers.js';
import type { SpecPath } from './location.js';
import { expandedAt } from './schema-walk.js';
import { EXTENDS } from './sections/extends.js';

interface Override {
  readonly text: string;
  readonly path: SpecPath;
  readonly value: unknown;
}

/**
 * Lays `key.key=value` texts over a spec, in order. Values are YAML: `training.lr=1e-4` is a number, `groups=[]` a list; `null` takes back what
 * the file says. Paths resolve against the folder of the file.
 * @throws SPEC_OVERRIDE when a text is not of that form
 */
export function override(document: SpecDocument, texts: readonly string[]): SpecDocument {
  const overrides = texts.map(parseOverride);
  const latest = (path: SpecPath): Override | undefined =>
    overrides.findLast((candidate) => startsWith(path, candidate.path) || startsWith(candidate.path, path));
  return {
    value: overrides.reduce((value, { path, value: part }) => replaceAt(value, path, part), document.value),
    locate: (path, part) => {
      const from = latest(path);
      return from === undefined ? document.locate(path, part) : `--set ${from.text}`;
    },
    folderOf: (path) => document.folderOf(latest(path) === undefined ? path : []),
  };
}

function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  const keys = text.slice(0, Math.max(equals, 0)).split('.');
  if (keys.some((key) => key.trim() === '')) return fail('SPEC_OVERRIDE', { text, reason: 'it is not of the form key.key=value' });
  if (keys[0] === EXTENDS) return fail('SPEC_OVERRIDE', { text, reason: 'only a file extends others' });
  const path = keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  try {
    return { text, path, value: parse(text.slice(equals + 1)) as unknown };
  } catch (cause) {
    return fail('SPEC_OVERRIDE', { text, reason: cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause) }, cause);
  }
}

/** A copy of `target` with `value` at `path`. What is written short on the way (`optimizer: adamw`) becomes an object. */
function replaceAt(target: unknown, path: SpecPath, value: unknown, at: SpecPath = []): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(target) && typeof key === 'number') {
    const items: readonly unknown[] = target;
    return Object.assign([...items], { [key]: replaceAt(items[key], rest, value, [...at, key]) });
  }
  const full = expandedAt(at, target);
  const holder = typeof full === 'object' && full !== null ? (full as Record<string, unknown>) : {};
  const name = String(key);
  return withKey(holder, name, replaceAt(Object.hasOwn(holder, name) ? holder[name] : undefined, rest, value, [...at, key]), at);
}

function startsWith(path: SpecPath, start: SpecPath): boolean {
  return start.length <= path.length && start.every((key, index) => key === path[index]);
}
