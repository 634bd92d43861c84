import { type Tensor, toNumbers } from '../../../core/index.js';
import type { Node } from '../model.js';
import type { Pattern } from './pattern.js';

/** Where a matcher looks values up. */
export interface MatchScope {
  producer(name: string): Node | undefined;
  constant(name: string): Tensor | undefined;
}

/** What a pattern was found to stand for. */
export interface Bindings {
  readonly values: ReadonlyMap<string, string>;
  readonly named: ReadonlyMap<string, Node>;
  /** The matched nodes, each once. */
  readonly nodes: ReadonlySet<Node>;
}

const NOTHING: Bindings = { values: new Map(), named: new Map(), nodes: new Set() };

const COMMUTATIVE: ReadonlySet<string> = new Set(['Add', 'Mul']);

/** Constants in half precision are this far off. */
const ROUNDING = 1e-3;

/** The first way in which `pattern` describes the value `name`. */
export function matchPattern(pattern: Pattern, name: string, scope: MatchScope): Bindings | undefined {
  for (const found of matches(pattern, name, scope, NOTHING)) return found;
  return undefined;
}

function* matches(pattern: Pattern, name: string, scope: MatchScope, bound: Bindings): Generator<Bindings> {
  switch (pattern.kind) {
    case 'any':
      yield* capture(pattern.name, name, bound);
      return;
    case 'number':
      if (isNumber(pattern.near, scope.constant(name))) yield* pattern.name === undefined ? [bound] : capture(pattern.name, name, bound);
      return;
    case 'either':
      for (const option of pattern.options) yield* matches(option, name, scope, bound);
      return;
    case 'op':
      yield* matchOp(pattern, name, scope, bound);
  }
}

function* capture(as: string, name: string, bound: Bindings): Generator<Bindings> {
  const before = bound.values.get(as);
  if (before === name) yield bound;
  else if (before === undefined && name !== '') yield { ...bound, values: new Map(bound.values).set(as, name) };
}

function isNumber(near: number | undefined, value: Tensor | undefined): boolean {
  if (value?.data.length !== 1) return false;
  return near === undefined || Math.abs((toNumbers(value)[0] as number) - near) <= ROUNDING * Math.abs(near);
}

function* matchOp(pattern: Extract<Pattern, { kind: 'op' }>, name: string, scope: MatchScope, bound: Bindings): Generator<Bindings> {
  const node = scope.producer(name);
  const fits = node?.op === pattern.op && node.domain === '' && node.outputs[0] === name && node.inputs.length === pattern.inputs.length;
  if (!node || !fits) return;
  const with_ = { ...bound, nodes: new Set(bound.nodes).add(node), named: pattern.name ? new Map(bound.named).set(pattern.name, node) : bound.named };
  yield* matchInputs(pattern.inputs, node.inputs, scope, with_);
  if (COMMUTATIVE.has(pattern.op)) yield* matchInputs(pattern.inputs, node.inputs.toReversed(), scope, with_);
}

function* matchInputs(patterns: readonly Pattern[], names: readonly string[], scope: MatchScope, bound: Bindings): Generator<Bindings> {
  const [pattern, ...rest] = patterns;
  if (!pattern) {
    yield bound;
    return;
  }
  for (const found of matches(pattern, names[0] ?? '', scope, bound)) yield* matchInputs(rest, names.slice(1), scope, found);
}
