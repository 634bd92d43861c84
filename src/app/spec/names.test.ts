import { expect, it } from 'vitest';
import { RegraftError } from '../../core/index.js';
import { type JsonSchema, specJsonSchema } from './json-schema.js';
import { resolveSpec } from './resolve.js';

const schema = specJsonSchema();

/** A spec with one name misspelt, and the name that was meant. */
interface Slip {
  readonly meant: string;
  readonly spec: object;
}

type Place = (value: unknown) => object;

/** `last` → `lst` */
function misspelt(name: string): string {
  return name.length < 3 ? `${name}x` : name.slice(0, 1) + name.slice(2);
}

/** Every name and key that the schema knows, each misspelt in a spec that is right otherwise. */
function slips(given: JsonSchema, place: Place): Slip[] {
  const one = resolved(given);
  const alternatives = [...(one.anyOf ?? []), ...(one.oneOf ?? [])] as JsonSchema[];
  const names = [...((one.enum ?? []) as unknown[]), one.const].filter((name) => typeof name === 'string' && name.length > 2) as string[];
  return [
    ...alternatives.flatMap((alternative) => slips(alternative, place)),
    ...names.map((meant) => ({ meant, spec: place(misspelt(meant)) })),
    ...(one.items ? slips(one.items as JsonSchema, (value) => place([value])) : []),
    ...(one.properties ? keySlips(one, place) : []),
  ];
}

function keySlips(one: JsonSchema, place: Place): Slip[] {
  const keys = Object.entries(one.properties as Record<string, JsonSchema>);
  const rest = Object.fromEntries(
    keys.filter(([key, part]) => one.required?.includes(key) || part.const !== undefined).map(([key, part]) => [key, sample(part)]),
  );
  return keys.flatMap(([key, part]) => [
    { meant: key, spec: place({ ...rest, [misspelt(key)]: 1 }) },
    ...slips(part, (value) => place({ ...rest, [key]: value })),
  ]);
}

/** Something a schema takes. */
function sample(given: JsonSchema): unknown {
  const { const: fixed, enum: names, type, anyOf, items, prefixItems, minItems } = resolved(given);
  if (fixed !== undefined) return fixed;
  if (names) return names[0];
  if (anyOf) return sample(anyOf[0] as JsonSchema);
  if (type === 'string') return 'x';
  if (type !== 'array') return 1;
  return prefixItems ? (prefixItems as JsonSchema[]).map(sample) : Array.from({ length: minItems ?? 1 }, () => sample(items as JsonSchema));
}

function resolved(given: JsonSchema): JsonSchema {
  return given.$ref === undefined ? given : (schema.$defs?.[given.$ref.replace('#/$defs/', '')] as JsonSchema);
}

const minimal = { task: 'image-classification', base: { uri: 'x' }, data: { train: 'x' } };

function allSlips(): Slip[] {
  const sections = Object.entries(schema.properties as Record<string, JsonSchema>).filter(([key]) => key !== 'extends');
  return sections.flatMap(([key, section]) => {
    const around = (minimal as Record<string, unknown>)[key];
    const place: Place = (value) => ({
      ...minimal,
      [key]: typeof value === 'object' && typeof around === 'object' ? { ...around, ...value } : value,
    });
    return [{ meant: key, spec: { ...minimal, [misspelt(key)]: 1 } }, ...slips(section, place)];
  });
}

/** Texts that are names of the user's own or patterns, beside a few words of ours: a misspelt word of ours is one of these. */
const OPEN = new Set(['none', 'all']);

function messageOf(spec: object): string {
  try {
    resolveSpec(spec, { specDir: '/' });
    return 'no error';
  } catch (error) {
    return error instanceof RegraftError ? error.message : String(error);
  }
}

it('every key and name of a spec is suggested where it is misspelt', () => {
  const all = allSlips();
  const silent = all.filter(({ meant, spec }) => !OPEN.has(meant) && !messageOf(spec).includes(`Did you mean "${meant}"?`));
  expect(silent.map(({ meant, spec }) => `${meant}: ${messageOf(spec)}`)).toEqual([]);
  // There are this many at least: the walk has not stopped early.
  expect(all.length).toBeGreaterThan(150);
});
