import { fail } from '../../core/index.js';
import type { Attribute, Attributes, FunctionBody, Graph, Model, Node } from './model.js';
import { renameNode } from './rename.js';
import { upgradeModel, upgradeNodes } from './upgrade/index.js';
import { allNames, mapSubgraphs, NameSource, subgraphs } from './walk.js';

/** Functions calling functions can grow exponentially; no real model comes near this many nodes. */
const MAX_NODES = 500_000;

/**
 * Replaces every call of a model-local function by the nodes of its body, also calls inside functions and subgraphs.
 * Values inside a body are renamed to `CALL/NAME`. Where a function speaks another opset than the model, both are upgraded
 * (see `upgradeModel`).
 *
 * Source: ONNX IR, "Functions".
 * @throws GRAPH_FUNCTION_CYCLE, GRAPH_FUNCTION_SIZE, and what {@link upgradeModel} throws
 */
export function inlineFunctions(model: Model): Model {
  if (model.functions.length === 0) return model;
  const opset = model.opsets.get('');
  const isMixed = model.functions.some((body) => body.opsets.has('') && body.opsets.get('') !== opset);
  const base = isMixed ? upgradeModel(model) : model;
  const functions = new Map(base.functions.map((body) => [keyOf(body.domain, body.name, body.overload), body]));
  checkExpansion(base.graph, functions);
  const graph = new Inliner(functions, new NameSource(allNames(base.graph)), isMixed).graph(base.graph);
  return { ...base, functions: [], graph, opsets: usedOpsets(graph, [base.opsets, ...base.functions.map((body) => body.opsets)]) };
}

/** The versions of the domains that `graph` still uses, and of the standard one; the first that states one counts. */
function usedOpsets(graph: Graph, sources: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const domains = new Set(['']);
  const visit = (body: Graph): void => {
    for (const node of body.nodes) {
      domains.add(node.domain);
      subgraphs(node).forEach(visit);
    }
  };
  visit(graph);
  const result = new Map<string, number>();
  for (const [domain, version] of sources.flatMap((source) => [...source])) {
    if (domains.has(domain) && !result.has(domain)) result.set(domain, version);
  }
  return result;
}

type Functions = ReadonlyMap<string, FunctionBody>;

/**
 * Refuses recursion and exponential growth before anything is inlined, by adding up what each function expands to.
 * @throws GRAPH_FUNCTION_CYCLE, GRAPH_FUNCTION_SIZE
 */
function checkExpansion(graph: Graph, functions: Functions): void {
  const sizes = new Map<string, number | 'open'>();
  const sizeOf = (key: string, { name, domain, nodes }: FunctionBody): number => {
    const known = sizes.get(key);
    if (known === 'open') return fail('GRAPH_FUNCTION_CYCLE', { name, domain });
    if (known !== undefined) return known;
    sizes.set(key, 'open');
    const size = sizeOfNodes(nodes);
    sizes.set(key, size);
    return size;
  };
  const sizeOfNodes = (nodes: readonly Node[]): number => {
    let size = 0;
    for (const node of nodes) {
      const key = keyOf(node.domain, node.op, node.overload);
      const body = functions.get(key);
      size += body ? sizeOf(key, body) : 1;
      for (const inner of subgraphs(node)) size += sizeOfNodes(inner.nodes);
    }
    return size;
  };
  if (sizeOfNodes(graph.nodes) > MAX_NODES) fail('GRAPH_FUNCTION_SIZE', { limit: MAX_NODES });
}

class Inliner {
  readonly #functions: Functions;
  readonly #names: NameSource;
  readonly #upgrades: boolean;

  constructor(functions: Functions, names: NameSource, upgrades: boolean) {
    this.#functions = functions;
    this.#names = names;
    this.#upgrades = upgrades;
  }

  graph(graph: Graph): Graph {
    return { ...graph, nodes: graph.nodes.flatMap((node) => this.#node(node)) };
  }

  #node(node: Node): readonly Node[] {
    const body = this.#functions.get(keyOf(node.domain, node.op, node.overload));
    if (!body) return [mapSubgraphs(node, (graph) => this.graph(graph))];
    return this.#instantiate(node, body).flatMap((inner) => this.#node(inner));
  }

  #instantiate(call: Node, body: FunctionBody): readonly Node[] {
    const fresh = (name: string): string => this.#names.fresh(`${call.name}/${name}`);
    const names = new Map(body.inputs.map((input, index) => [input, call.inputs[index] ?? '']));
    const identities: Node[] = [];
    body.outputs.forEach((output, index) => {
      const actual = call.outputs[index] ?? '';
      if (actual === '') return;
      if (names.has(output)) identities.push(identity(names.get(output) ?? '', actual));
      else names.set(output, actual);
    });
    for (const node of body.nodes) for (const output of node.outputs) if (output !== '' && !names.has(output)) names.set(output, fresh(output));
    const bindings = { ...body.defaults, ...call.attributes };
    const nodes = body.nodes.map((node) => ({
      ...renameNode(bindNode(node, bindings), names, fresh),
      name: this.#names.fresh(`${call.name}/${node.name}`),
    }));
    const modern = this.#upgrades ? upgradeNodes(nodes, body.opsets.get(''), this.#names) : nodes;
    return [...modern, ...identities];
  }
}

function keyOf(domain: string, name: string, overload = ''): string {
  return `${domain}::${name}::${overload}`;
}

/** The node with references to the function's attributes replaced by what the call gives; absent ones are left out. */
function bindNode(node: Node, bindings: Attributes): Node {
  const attributes: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(node.attributes)) {
    const value = attribute.kind === 'reference' ? bindings[attribute.value] : attribute;
    if (value) attributes[name] = value;
  }
  return mapSubgraphs({ ...node, attributes }, (graph) => ({ ...graph, nodes: graph.nodes.map((inner) => bindNode(inner, bindings)) }));
}

function identity(input: string, output: string): Node {
  return { name: output, op: 'Identity', domain: '', inputs: [input], outputs: [output], attributes: {} };
}
