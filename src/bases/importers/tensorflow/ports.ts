import { isDataType } from '../../../core/index.js';
import type { TfNode, TfPort, TfShape, TfType } from './graph.js';
import { nodeOf } from './needed.js';

/** Nodes whose results no user of a model asks for. */
const ASIDES: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'NoOp', 'Assert']);

/** The inputs of a graph without a signature: its placeholders. */
export function placeholders(nodes: readonly TfNode[]): TfPort[] {
  return nodes.filter(({ op }) => op === 'Placeholder').map(({ name, attributes }) => ({ name, tensor: name, ...typeOf(attributes) }));
}

function typeOf(attributes: TfNode['attributes']): { readonly type: TfType; readonly dims: TfShape } {
  const [type, shape] = [attributes.get('dtype'), attributes.get('shape')];
  return { type: type?.kind === 'type' ? type.value : 'other', dims: shape?.kind === 'shape' ? shape.value : undefined };
}

/** The outputs of a graph without a signature: what nothing reads. */
export function unread(nodes: readonly TfNode[]): TfPort[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map(nodeOf)));
  const last = nodes.filter(({ name, op }) => !read.has(name) && !ASIDES.has(op));
  return last.map(({ name, attributes }) => {
    const type = attributes.get('T');
    return { name, tensor: name, type: type?.kind === 'type' && isDataType(type.value) ? type.value : 'other', dims: undefined };
  });
}
