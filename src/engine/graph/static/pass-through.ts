import { type Tensor, toNumbers } from '../../../core/index.js';
import type { Graph, Node, StoredTensor } from '../model.js';
import { renameNode } from '../rename.js';

/**
 * Removes the nodes that hand on their input: Identity, and Dropout that drops nothing. Graph inputs and outputs keep
 * their names. An initialiser that gets a second name this way becomes a second initialiser: exporters store equal
 * parameters once and reach them through Identity nodes. The memory stays shared.
 */
export function removePassThrough(graph: Graph, constant: (name: string) => Tensor | undefined): Graph {
  const outputs = new Set(graph.outputs.map((output) => output.name));
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const initializers = new Map<string, StoredTensor>(graph.initializers);
  const renamed = new Map<string, string>();
  const current = (name: string): string => renamed.get(name) ?? name;
  const kept: Node[] = [];
  for (const node of graph.nodes) {
    const [from, to] = [current(node.inputs[0] ?? ''), node.outputs[0] ?? ''];
    const stored = initializers.get(from);
    if (!handsOn(node, constant)) kept.push(node);
    else if (!outputs.has(to)) stored ? initializers.set(to, stored) : renamed.set(to, from);
    else if (stored || inputs.has(from) || outputs.has(from)) kept.push(node);
    else claimName(from, to, renamed);
  }
  return { ...graph, initializers, nodes: kept.map((node) => renameNode(node, renamed)) };
}

/** Gives the value `from` the output name `to` everywhere, also where it already stands in for others. */
function claimName(from: string, to: string, renamed: Map<string, string>): void {
  for (const [name, target] of renamed) if (target === from) renamed.set(name, to);
  renamed.set(from, to);
}

function handsOn(node: Node, constant: (name: string) => Tensor | undefined): boolean {
  if (node.domain !== '') return false;
  return node.op === 'Identity' || (node.op === 'Dropout' && !node.outputs[1] && dropsNothing(node, constant));
}

/** Whether a Dropout is not training, or drops a share of 0. */
function dropsNothing(node: Node, constant: (name: string) => Tensor | undefined): boolean {
  const isZero = (index: number): boolean => {
    const value = constant(node.inputs[index] ?? '');
    return value !== undefined && toNumbers(value)[0] === 0;
  };
  return !node.inputs[2] || isZero(2) || isZero(1);
}
