import { allNames, type Graph, type Model, mapSubgraphs, pruneUnused, renameNode, type ValueInfo } from '../../../engine/graph/index.js';
import { unquantisedName } from './quantised/names.js';
import type { Realising } from './quantised/realise.js';

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

/** The graph with the real numbers of its quantised outputs, under their names. */
function withRealOutputs(graph: Graph, reals: Realising): Graph {
  const found = new Map(graph.outputs.flatMap(({ name }) => (reals.get(name) ? [[name, reals.get(name)?.real ?? ''] as const] : [])));
  if (found.size === 0) return graph;
  const hidden = new Map([...found.keys()].map((name) => [name, `${name}/quantised`]));
  const joints = Array.from(found, ([name, real]) => ({
    name: `${name}/real`,
    op: 'Identity',
    domain: '',
    inputs: [real],
    outputs: [name],
    attributes: {},
  }));
  const outputs = graph.outputs.map((info): ValueInfo => {
    const dims = info.type.kind === 'tensor' ? info.type.dims : undefined;
    return found.has(info.name) ? { name: info.name, type: { kind: 'tensor', type: 'float32', dims } } : info;
  });
  return { ...graph, outputs, nodes: [...graph.nodes.map((node) => renameNode(node, hidden)), ...joints] };
}

/** The converted model without what only the conversion needed: Identity nodes, quantised twins, domains of which no node is left. */
export function tidied(model: Model, reals: Realising): Model {
  const real = withRealOutputs(model.graph, reals);
  const graph = withNames(pruneUnused(withoutJoints(real, reals.joints)), reals.weights);
  const domains = new Set(['']);
  const visit = (body: Graph): Graph => {
    for (const node of body.nodes) domains.add(mapSubgraphs(node, visit).domain);
    return body;
  };
  visit(graph);
  return { ...model, graph, opsets: new Map([...model.opsets].filter(([domain]) => domains.has(domain))) };
}
