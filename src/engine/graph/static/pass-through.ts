import { toNumbers } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import type { Graph, Node, StoredTensor } from '../model.js';
import type { StandardOp } from '../ops.js';
import { renameNode } from '../rename.js';
import type { ShapeScope } from '../shapes/index.js';
import { reads } from '../walk.js';

/** What is known of the graph's values. */
type Known = Pick<ShapeScope, 'type' | 'constant'>;

/** Whether a node gives its first input as it is. */
type Test = (node: Node, scope: Known) => boolean;

const sameType: Test = (node, scope) => {
  const [from, to] = [scope.type(node.inputs[0] ?? ''), scope.type(node.outputs[0] ?? '')];
  return from !== undefined && to !== undefined && from.type === to.type && String(from.dims) === String(to.dims);
};

const onlyInput: Test = (node) => node.inputs.length === 1;

/** Whether a constant input is all zeros. */
function isZero(node: Node, index: number, scope: Known): boolean {
  const value = scope.constant(node.inputs[index] ?? '');
  return value !== undefined && toNumbers(value).every((number) => number === 0);
}

/** Ops that may hand on their input, and when they do. */
const HANDS_ON: Readonly<Partial<Record<StandardOp, Test>>> = {
  Cast: sameType,
  CastLike: sameType,
  Concat: onlyInput,
  // Not training, or dropping a share of 0.
  Dropout: (node, scope) => !node.inputs[2] || isZero(node, 2, scope) || isZero(node, 1, scope),
  Expand: sameType,
  Flatten: sameType,
  Identity: () => true,
  Max: onlyInput,
  Mean: onlyInput,
  Min: onlyInput,
  Pad: (node, scope) => isZero(node, 1, scope),
  Reshape: sameType,
  Slice: (node, scope) => sameType(node, scope) && !node.inputs[4],
  Squeeze: sameType,
  Sum: onlyInput,
  Tile: sameType,
  Transpose: (node) => attribute.ints(node, 'perm')?.every((axis, index) => axis === index) ?? false,
};

/**
 * Removes the nodes that hand on their input: Identity, Dropout that drops nothing, Cast to the same type, Reshape to the
 * same shape. Graph inputs and outputs keep their names. An Identity over an initialiser becomes a second initialiser:
 * exporters store equal parameters once and reach them through Identity nodes. The memory stays shared.
 */
export function removePassThrough(graph: Graph, scope: Known): Graph {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const used = new Set([...outputs, ...graph.nodes.flatMap(reads)]);
  const initializers = new Map<string, StoredTensor>(graph.initializers);
  const renamed = new Map<string, string>();
  const kept: Node[] = [];
  for (const node of graph.nodes) {
    const [first = '', to = ''] = [node.inputs[0], node.outputs[0]];
    const from = renamed.get(first) ?? first;
    const stored = initializers.get(from);
    if (!handsOn(node, used, scope)) kept.push(node);
    else if (outputs.has(to)) {
      if (stored || inputs.has(from) || outputs.has(from)) kept.push(node);
      else claimName(from, to, renamed);
    } else if (stored && node.op === 'Identity') initializers.set(to, stored);
    else renamed.set(to, from);
  }
  return { ...graph, initializers, nodes: kept.map((node) => renameNode(node, renamed)) };
}

/** Gives the value `from` the output name `to` everywhere, also where it already stands in for others. */
function claimName(from: string, to: string, renamed: Map<string, string>): void {
  for (const [name, target] of renamed) if (target === from) renamed.set(name, to);
  renamed.set(from, to);
}

function handsOn(node: Node, used: ReadonlySet<string>, scope: Known): boolean {
  if (node.domain !== '' || node.outputs.some((output, index) => index > 0 && used.has(output))) return false;
  return HANDS_ON[node.op as StandardOp]?.(node, scope) ?? false;
}
