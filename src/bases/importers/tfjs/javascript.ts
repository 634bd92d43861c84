import { type Node, parse } from 'acorn';
import { fail } from '../../../core/index.js';
import { evaluateLiteral, type Literal } from './literal.js';

/**
 * The value that a JavaScript file exports, read from its syntax tree: `module.exports = …`, `exports.default = …` or
 * `export default …`, at any depth (bundlers wrap modules in functions). Nothing is executed; only literals are values.
 * Of several exports the largest is meant.
 * @throws IMPORT_FILE_INVALID, IMPORT_CODE
 */
export function readExport(source: string, file: string, uri: string): Literal {
  const exported = findExports(parseSource(source, file, uri));
  const largest = exported.sort((a, b) => b.end - b.start - (a.end - a.start))[0];
  if (!largest) fail('IMPORT_FILE_INVALID', { file, uri, format: 'a JavaScript module', reason: 'it exports no literal' });
  return evaluateLiteral(largest, file);
}

function parseSource(source: string, file: string, uri: string): Node {
  try {
    return parse(source, { ecmaVersion: 'latest', sourceType: 'module', allowReturnOutsideFunction: true });
  } catch {
    try {
      return parse(source, { ecmaVersion: 'latest', sourceType: 'script' });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail('IMPORT_FILE_INVALID', { file, uri, format: 'JavaScript', reason }, error);
    }
  }
}

/** Nodes whose value is exported; identifiers and calls are left out, since they are not values. */
function findExports(root: Node): Node[] {
  const found: Node[] = [];
  const stack: unknown[] = [root];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (Array.isArray(item)) stack.push(...item.filter((child) => child !== null && child !== undefined));
    else if (isNode(item)) {
      const value = exportedBy(item);
      if (value && VALUE_TYPES.has(value.type)) found.push(value);
      stack.push(...Object.values(item).filter((child) => typeof child === 'object' && child !== null));
    }
  }
  return found;
}

const VALUE_TYPES = new Set(['Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'UnaryExpression']);

function exportedBy(node: SyntaxNode): Node | undefined {
  if (node.type === 'ExportDefaultDeclaration') return nodeOf(node.declaration);
  if (node.type === 'AssignmentExpression' && isExports(node.left)) return nodeOf(node.right);
  return undefined;
}

/** `module.exports`, `x.exports`, `exports.default`. */
function isExports(target: unknown): boolean {
  if (!isNode(target) || target.type !== 'MemberExpression' || !isNode(target.property)) return false;
  const { property } = target;
  return 'name' in property && (property.name === 'exports' || property.name === 'default');
}

type SyntaxNode = Node & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nodeOf(value: unknown): Node | undefined {
  return isNode(value) ? value : undefined;
}
