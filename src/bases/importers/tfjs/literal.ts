import type { AnyNode, Node } from 'acorn';
import { fail } from '../../../core/index.js';

export type Literal = null | undefined | boolean | number | string | Literal[] | { [key: string]: Literal };

/** The value of a literal. @throws IMPORT_CODE for everything that would have to be computed */
export function evaluateLiteral(given: Node, file: string): Literal {
  const node = given as AnyNode;
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'bigint' || node.value instanceof RegExp ? refuse(node, file) : node.value;
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? refuse(node, file)) : refuse(node, file);
    case 'ArrayExpression':
      return node.elements.map((element) => (element ? evaluateLiteral(element, file) : null));
    case 'ObjectExpression':
      return Object.fromEntries(node.properties.map((property) => [keyOf(property, file), evaluateLiteral(contentOf(property, file), file)]));
    case 'UnaryExpression':
      return evaluateUnary(node.operator, evaluateLiteral(node.argument, file), node, file);
    case 'Identifier':
      return Object.hasOwn(CONSTANTS, node.name) ? CONSTANTS[node.name as keyof typeof CONSTANTS] : refuse(node, file);
    default:
      return refuse(node, file);
  }
}

const CONSTANTS = { undefined, NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY } as const;

/** Minifiers write `!0` for true, `-1` and `void 0`. */
function evaluateUnary(operator: string, value: Literal, node: AnyNode, file: string): Literal {
  if (operator === '!' && typeof value === 'number') return !value;
  if (operator === '-' && typeof value === 'number') return -value;
  if (operator === '+' && typeof value === 'number') return value;
  if (operator === 'void') return undefined;
  return refuse(node, file);
}

function keyOf(node: AnyNode, file: string): string {
  if (node.type !== 'Property' || node.computed || node.kind !== 'init') return refuse(node, file);
  if (node.key.type === 'Identifier') return node.key.name;
  return String(evaluateLiteral(node.key, file));
}

function contentOf(node: AnyNode, file: string): Node {
  return node.type === 'Property' ? node.value : refuse(node, file);
}

function refuse(node: AnyNode, file: string): never {
  return fail('IMPORT_CODE', { file, construct: node.type, offset: node.start });
}
