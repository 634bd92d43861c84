import type { Graph, Node } from './model.js';
import { definedNames, mapSubgraphs } from './walk.js';

/** New names by old name; a name that is not in it stays. */
export type Renaming = ReadonlyMap<string, string>;

/** Chooses the new name of a value that a subgraph defines. */
export type Define = (name: string) => string;

/**
 * The node with its inputs, outputs and what its subgraphs capture renamed. Names that subgraphs define themselves hide
 * outer ones; they stay unless `define` is given.
 */
export function renameNode(node: Node, names: Renaming, define?: Define): Node {
  const rename = (name: string): string => names.get(name) ?? name;
  const renamed = mapSubgraphs(node, (graph) => (define ? renameAll(graph, names, define) : renameCaptures(graph, names)));
  return { ...renamed, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) };
}

function renameCaptures(graph: Graph, names: Renaming): Graph {
  const defined = definedNames(graph);
  const visible = new Map([...names].filter(([name]) => !defined.has(name)));
  if (visible.size === 0) return graph;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renameNode(node, visible)),
    outputs: graph.outputs.map((output) => ({ ...output, name: visible.get(output.name) ?? output.name })),
  };
}

function renameAll(graph: Graph, outer: Renaming, define: Define): Graph {
  const names = new Map(outer);
  for (const name of definedNames(graph)) names.set(name, define(name));
  const rename = (name: string): string => names.get(name) ?? name;
  return {
    name: graph.name,
    nodes: graph.nodes.map((node) => renameNode(node, names, define)),
    inputs: graph.inputs.map((input) => ({ ...input, name: rename(input.name) })),
    outputs: graph.outputs.map((output) => ({ ...output, name: rename(output.name) })),
    initializers: new Map(Array.from(graph.initializers, ([name, tensor]) => [rename(name), tensor])),
    valueInfo: new Map(Array.from(graph.valueInfo, ([name, type]) => [rename(name), type])),
  };
}
