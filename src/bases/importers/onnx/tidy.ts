import { allNames, type Graph, type Model, mapSubgraphs, pruneUnused, renameNode } from '../../../engine/graph/index.js';
import { unquantisedName } from './quantised/names.js';

/** The graph without the Identity nodes `joints`, named by their output; those that make an output of the graph stay. */
function withoutJoints(graph: Graph, joints: ReadonlySet<string>): Graph {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const nodes = graph.nodes.filter(({ inputs: [from = ''], outputs: [to = ''] }) => {
    if (!joints.has(to) || outputs.has(to)) return true;
    renamed.set(to, renamed.get(from) ?? from);
    return false;
  });
  return {
    ...graph,
    nodes: nodes.map((node) =>
      renameNode(
        mapSubgraphs(node, (body) => withoutJoints(body, joints)),
        renamed,
      ),
    ),
  };
}

/** The graph with its dequantised weights named as before they were quantised, where that name is free. */
function withNames(graph: Graph, weights: ReadonlyMap<string, string>): Graph {
  const taken = allNames(graph);
  const renamed = new Map<string, string>();
  for (const [name, from] of weights) {
    const wanted = unquantisedName(from);
    if (!graph.initializers.has(name) || taken.has(wanted)) continue;
    taken.add(wanted);
    renamed.set(name, wanted);
  }
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renameNode(node, renamed)),
    initializers: new Map(Array.from(graph.initializers, ([name, tensor]) => [renamed.get(name) ?? name, tensor])),
  };
}

/** The converted model without what only the conversion needed: Identity nodes, quantised twins, domains of which no node is left. */
export function tidied(model: Model, joints: ReadonlySet<string>, weights: ReadonlyMap<string, string>): Model {
  const graph = withNames(pruneUnused(withoutJoints(model.graph, joints)), weights);
  const domains = new Set(['']);
  const visit = (body: Graph): Graph => {
    for (const node of body.nodes) domains.add(mapSubgraphs(node, visit).domain);
    return body;
  };
  visit(graph);
  return { ...model, graph, opsets: new Map([...model.opsets].filter(([domain]) => domains.has(domain))) };
}
