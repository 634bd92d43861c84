import type { Random } from '../../../src/core/index.js';
import { type Damage, damageBytes, pick } from './bytes.js';

type Container = Record<string | number, unknown>;

interface Place {
  readonly holder: Container;
  readonly key: string | number;
}

/** JSON texts that no writer writes where a value was. The deep ones would not survive `JSON.stringify`. */
const ABSURD: readonly string[] = [
  ...['null', 'true', 'false', '0', '1', '-1', '2', '3.5', '1e9', '-1e9', '2147483648', '9007199254740993', '1e308', '1e999', '-1e999', '1e-320'],
  ...[
    '""',
    '"x"',
    '"-1"',
    '"1e9"',
    '"__proto__"',
    '"constructor"',
    '"\\u0000"',
    '[]',
    '{}',
    '[[]]',
    '[null]',
    '[0]',
    '[-1]',
    '[1e9, 1e9]',
    '{"x": {}}',
  ],
  ...['{"__proto__": {"x": 1}}', '{"class_name": "Dense", "config": {}}', `"${'x'.repeat(70000)}"`],
  `${'['.repeat(20000)}${']'.repeat(20000)}`,
  `${'{"a":'.repeat(20000)}1${'}'.repeat(20000)}`,
];

const DEEP = ['['.repeat(100), '{"a":'.repeat(100)];

const marker = (index: number): string => `@absurd ${index}@`;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function placesIn(root: unknown): Place[] {
  const places: Place[] = [];
  const waiting = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (!isContainer(value)) continue;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      places.push({ holder: value, key });
      waiting.push(value[key] ?? null);
    }
  }
  return places;
}

type Edit = (place: Place, other: Place, random: Random) => void;

const edits: readonly Edit[] = [
  ({ holder, key }, _, random) => {
    holder[key] = marker(random.integer(ABSURD.length));
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else delete holder[key];
  },
  ({ holder, key }) => {
    if (Array.isArray(holder)) holder.splice(Number(key), 0, holder[Number(key)]);
    else holder[`${key}_1`] = holder[key];
  },
  ({ holder, key }, other) => {
    holder[key] = structuredClone(other.holder[other.key]);
  },
  (place, other) => {
    const [a, b] = [place.holder[place.key], other.holder[other.key]];
    if (!isContainer(a) && !isContainer(b)) [place.holder[place.key], other.holder[other.key]] = [b, a];
  },
  ({ holder, key }, _, random) => {
    const value = holder[key];
    if (typeof value === 'number')
      holder[key] = pick([-value, value * 1000, value + 1, value - 1, value / 2, 2 ** 31 - 1, 1e9, Number(value > 0)], random);
    else if (Array.isArray(value)) holder[key] = value.toReversed();
    else holder[key] = [value];
  },
];

/** The text with a few of its values changed, removed, doubled or exchanged; a text that is no JSON with damaged bytes. */
export const damageJson: Damage = (bytes, random) => {
  let root: unknown;
  // A bomb that earlier damage made is no text to go through.
  if (bytes.byteLength > 2 ** 26) return damageBytes(bytes, random);
  const text = new TextDecoder().decode(bytes);
  // What earlier damage nested deeply is more than `JSON.stringify` can go through.
  if (DEEP.some((start) => text.includes(start))) return damageBytes(bytes, random);
  try {
    root = JSON.parse(text);
  } catch {
    return damageBytes(bytes, random);
  }
  for (let count = 1 + random.integer(2); count > 0; count--) {
    const places = placesIn(root);
    if (places.length === 0) break;
    const small = places.filter(({ holder, key }) => !isContainer(holder[key]));
    const place = pick(random.uniform() < 0.7 && small.length > 0 ? small : places, random);
    const alike = random.uniform() < 0.7 ? places.filter(({ key }) => key === place.key) : places;
    pick(edits, random)(place, pick(alike, random), random);
  }
  const damaged = JSON.stringify(root).replace(/"@absurd (\d+)@"/g, (_, index: string) => ABSURD[Number(index)] ?? 'null');
  return new TextEncoder().encode(damaged);
};

/** A JavaScript module that exports JSON. */
export const damageModule: Damage = (bytes, random) => {
  const text = new TextDecoder().decode(bytes);
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}') + 1];
  if (start < 0 || random.uniform() < 0.1) return damageBytes(bytes, random);
  const json = new TextDecoder().decode(damageJson(new TextEncoder().encode(text.slice(start, end)), random));
  return new TextEncoder().encode(text.slice(0, start) + json + text.slice(end));
};
