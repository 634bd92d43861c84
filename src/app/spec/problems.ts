import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { fail } from '../../core/index.js';
import { type JsonSchema, specJsonSchema } from './json-schema.js';
import { formatPath, type Locate, type SpecPath, valueAt } from './location.js';

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;

/**
 * Turns what the schema found wrong into one error: an unknown key before anything else, because a typo is often the reason for
 * the rest.
 * @throws always, SPEC_UNKNOWN_KEY or SPEC_INVALID
 */
export function failWith(issues: readonly Issue[], value: unknown, locate: Locate): never {
  const all = issues.flatMap((issue) => expand(issue, []));
  const issue = all.find(({ code }) => code === 'unrecognized_keys') ?? (all[0] as Issue);
  if (issue.code === 'unrecognized_keys') return failUnknownKey(issue.path, issue.keys[0] ?? '', value, locate);
  const path = asWritten(issue.path, value);
  return fail('SPEC_INVALID', { where: locate(path, 'value'), problem: `${formatPath(path)} ${describe(issue, valueAt(value, path))}` });
}

function failUnknownKey(path: SpecPath, key: string, value: unknown, locate: Locate): never {
  const known = [...new Set(keysAt(specJsonSchema(), path, value))].filter((one) => one !== key);
  const hint = didYouMean(key, known) ?? `It takes ${known.join(', ')}.`;
  return fail('SPEC_UNKNOWN_KEY', { where: locate([...path, key], 'key'), key, section: formatPath(path), hint });
}

/** The issues of the alternative of a union that was meant: the first whose kind fits; the issue itself where none does. */
function expand(issue: Issue, above: SpecPath): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || isDiscriminated(issue)) return [{ ...issue, path }];
  const meant = issue.errors.find((errors) => errors.every((error) => error.path.length > 0 || !isMismatch(error)));
  return meant ? meant.flatMap((error) => expand(error, path)) : [{ ...issue, path }];
}

function isDiscriminated(issue: UnionIssue): boolean {
  return issue.discriminator !== undefined;
}

/** Whether the value is of another kind altogether. */
function isMismatch({ code }: Issue): boolean {
  return code === 'invalid_type' || code === 'invalid_value';
}

/** The path without the `name` that a thing written as its name does not show. */
function asWritten(path: SpecPath, value: unknown): SpecPath {
  const parent = path.slice(0, -1);
  return path.at(-1) === 'name' && typeof valueAt(value, parent) === 'string' ? parent : path;
}

function describe(issue: Issue, value: unknown): string {
  const actual = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  if (issue.code === 'custom') return `${actual}; ${issue.message}.`;
  const near = typeof value === 'string' ? didYouMean(value, choices(issue)) : undefined;
  return `${actual}; expected ${expectation(issue)}.${near ? ` ${near}` : ''}`;
}

/** What is allowed instead: `a number above 0`, `one of sgd, adam, adamw`. */
function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.join(', ')}`;
    case 'invalid_union':
      return isDiscriminated(issue)
        ? `one of ${choices(issue).join(', ')}`
        : [...new Set(issue.errors.map(([first]) => (first ? expectation(first) : '')))].join(' or ');
    case 'too_small':
      return `${unit(issue.origin)} ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `${unit(issue.origin)} ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    default:
      return issue.message.replace(/^Invalid \w+: (expected )?/, '');
  }
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  tuple: 'a list',
};

function unit(origin: string): string {
  if (origin === 'array') return 'a list with a length';
  return origin === 'string' ? 'a text with a length' : 'a number';
}

function choices(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union')
    return (('options' in issue && issue.options) || issue.errors.flatMap((errors) => errors.flatMap(choices))).map(String);
  return [];
}

/** Names at most this far apart, as a share of their length, are taken for a slip of the keyboard. */
const NEAR = 0.4;

function didYouMean(text: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(text, [...known]);
  return distance(text, near) <= Math.max(2, NEAR * near.length) ? `Did you mean "${near}"?` : undefined;
}

/** The keys a schema allows at a path; of alternatives told apart by `name`, only those of the one in use. */
function keysAt(schema: JsonSchema, path: SpecPath, value: unknown, root = schema): string[] {
  if (schema.$ref !== undefined) return keysAt(root.$defs?.[schema.$ref.replace('#/$defs/', '')] as JsonSchema, path, value, root);
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as JsonSchema[];
  if (alternatives.length > 0 && schema.properties === undefined)
    return alternatives.filter((one) => isNamed(one, value)).flatMap((one) => keysAt(one, path, value, root));
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(schema.properties ?? {});
  const inner = (typeof key === 'number' ? schema.items : schema.properties?.[String(key)]) as JsonSchema | undefined;
  return inner === undefined ? [] : keysAt(inner, rest, valueAt(value, [key]), root);
}

function isNamed(schema: JsonSchema, value: unknown): boolean {
  const name = (schema.properties?.['name'] as JsonSchema | undefined)?.const;
  const given = valueAt(value, ['name']);
  return name === undefined || given === undefined || name === given;
}
