import type { Graph, Model, Node } from '../model.js';
import { allNames, NameSource } from '../walk.js';
import { Converter } from './convert.js';
import type { Convert } from './row.js';
import { upgrader } from './upgrader.js';

export type { Convert, ConvertContext } from './row.js';

/** The oldest opset whose operators all later code understands, and the one older models are brought to. */
export const MODERN_OPSET = 21;
/** IR version that goes with it. */
const MODERN_IR = 10;
/** Before this IR version every initialiser had to be a graph input too. */
const IR_WITH_CONSTANT_INITIALIZERS = 4;

/**
 * The model in the operators of opset 21, computing the same; models of opset 21 and later are left as they are. Value names
 * stay. Nodes of other domains and calls of model-local functions are kept, and so are function bodies (`inlineFunctions` upgrades those).
 * @throws GRAPH_UPGRADE where an old node has no modern form
 */
export function upgradeModel(model: Model): Model {
  const opset = model.opsets.get('') ?? MODERN_OPSET;
  if (opset >= MODERN_OPSET) return model;
  const graph = model.irVersion < IR_WITH_CONSTANT_INITIALIZERS ? dropInitializerInputs(model.graph) : model.graph;
  const names = new NameSource(allNames(graph));
  return {
    ...model,
    irVersion: Math.max(model.irVersion, MODERN_IR),
    opsets: new Map(model.opsets).set('', MODERN_OPSET),
    graph: upgrader(opset, names).graph(graph),
  };
}

/** The body of a function, given to be of `opset`, in the operators of opset 21. */
export function upgradeNodes(nodes: readonly Node[], opset: number | undefined, names: NameSource): readonly Node[] {
  if (opset === undefined || opset >= MODERN_OPSET) return nodes;
  return upgrader(opset, names).nodes(nodes, () => true);
}

/** The graph without the inputs that only give initialisers a type, as IR versions below 4 demanded. */
function dropInitializerInputs(graph: Graph): Graph {
  return { ...graph, inputs: graph.inputs.filter((input) => !graph.initializers.has(input.name)) };
}

/** What a set of converters is called with: nodes by `DOMAIN::OP`, the standard domain being `''`. */
export interface NodeConversion {
  readonly converters: ReadonlyMap<string, Convert>;
  /** What the names of new values begin with. */
  readonly prefix: string;
  /** Says why a node cannot be converted. */
  refuse(node: Node, reason: string): never;
}

/** The model, of opset 21 or later, with every node that has a converter replaced by what that makes of it, also in subgraphs. */
export function convertNodes(model: Model, { converters, prefix, refuse }: NodeConversion): Model {
  const opset = model.opsets.get('') ?? MODERN_OPSET;
  const find = (node: Node): { convert: Convert; to: number } | undefined => {
    const convert = converters.get(`${node.domain}::${node.op}`);
    return convert && { convert, to: Number.POSITIVE_INFINITY };
  };
  // What a converter hands back is finished: nothing is of opset ∞.
  const conversion = { prefix, refuse, find: (node: Node, from: number) => (from === opset ? find(node) : undefined) };
  return { ...model, graph: new Converter(conversion, opset, new NameSource(allNames(model.graph))).graph(model.graph) };
}
