import { attribute } from '../attributes.js';
import type { Node } from '../model.js';
import { broadcast, commonType, type Dims, dimAt, invalid, mismatch } from './dims.js';
import type { ShapeRule, ShapeRules } from './rule.js';

/** An Einsum equation: the subscripts of every operand and of the result, `.` standing for the ellipsis. */
export interface Equation {
  readonly operands: readonly string[];
  readonly result: string;
}

const TERM = /^[A-Za-z]*\.?[A-Za-z]*$/;

/** Without an arrow the result has the ellipsis first, then every letter that occurs once, in ASCII order. */
function implicitResult(operands: readonly string[]): string {
  const letters = operands.join('').replaceAll('.', '').split('');
  const once = [...new Set(letters)].filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort();
  return (operands.some((operand) => operand.includes('.')) ? '.' : '') + once.join('');
}

/** @throws SHAPE_INVALID when the equation cannot be read. */
export function parseEinsum(node: Node): Equation {
  const text = attribute.string(node, 'equation', '');
  const [left = '', right, ...more] = text.replaceAll(/\s/g, '').replaceAll('...', '.').split('->');
  const operands = left.split(',');
  const result = right ?? implicitResult(operands);
  const wrong = more.length > 0 || operands.length !== node.inputs.length || ![...operands, result].every((term) => TERM.test(term));
  return wrong ? invalid(node, `the equation "${text}" cannot be read`) : { operands, result };
}

/** The subscripts of an operand with the ellipsis written out as `ellipsis` axes. */
function dimsOfTerm(node: Node, term: string, dims: Dims): { readonly letters: ReadonlyMap<string, number>; readonly ellipsis: Dims } {
  const dot = term.indexOf('.');
  const before = dot < 0 ? term : term.slice(0, dot);
  const after = dot < 0 ? '' : term.slice(dot + 1);
  const hidden = dims.length - before.length - after.length;
  if (hidden < 0 || (dot < 0 && hidden > 0)) invalid(node, `"${term.replace('.', '...')}" does not fit the shape [${dims.join(', ')}]`);
  const letters = new Map<string, number>();
  const axes = [
    ...[...before].map((letter, i) => [letter, i] as const),
    ...[...after].map((letter, i) => [letter, before.length + hidden + i] as const),
  ];
  for (const [letter, axis] of axes) {
    if (letters.has(letter) && letters.get(letter) !== dimAt(dims, axis)) mismatch(node, dims);
    letters.set(letter, dimAt(dims, axis));
  }
  return { letters, ellipsis: dims.slice(before.length, before.length + hidden) };
}

const einsum: ShapeRule = (c) => {
  const { operands, result } = parseEinsum(c.node);
  const shapes = c.inputs().map((input) => input.dims);
  const terms = operands.map((term, i) => dimsOfTerm(c.node, term, shapes[i] as Dims));
  const sizes = new Map<string, number>();
  for (const [letter, dim] of terms.flatMap((term) => [...term.letters])) {
    const known = sizes.get(letter) ?? 1;
    if (known !== 1 && dim !== 1 && known !== dim) mismatch(c.node, ...shapes);
    sizes.set(letter, Math.max(known, dim));
  }
  // By the specification every ellipsis stands for as many dimensions as the others.
  const hidden = new Set(terms.flatMap((term, i) => (operands[i]?.includes('.') ? [term.ellipsis.length] : [])));
  if (hidden.size > 1) mismatch(c.node, ...shapes);
  const ellipsis = broadcast(c.node, ...terms.map((term) => term.ellipsis));
  const dims = [...result].flatMap((letter) => (letter === '.' ? ellipsis : [sizes.get(letter) ?? invalid(c.node, `"${letter}" is in no operand`)]));
  return [{ type: commonType(c.node, ...c.inputs()), dims }];
};

export const einsumShapes = { Einsum: einsum } satisfies ShapeRules;
