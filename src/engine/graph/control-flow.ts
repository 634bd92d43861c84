import { type Tensor, toNumbers } from '../../core/index.js';
import { attribute } from './attributes.js';
import { constantValue } from './constants.js';
import type { Graph, Model, Node, StoredTensor, ValueType } from './model.js';
import { renameNode } from './rename.js';
import { definedNames, mapSubgraphs, subgraphs } from './walk.js';

/** Finds the data of a value that is known before the graph runs. */
export type ConstantLookup = (name: string) => Tensor | undefined;

/**
 * Replaces every If whose condition is known by the branch it takes, at any depth. A condition is known when it is an
 * initialiser, a Constant, or in `known` (say, what constant folding found). Other control flow stays as it is. The names
 * of a branch stay too where nothing else has them.
 */
export function resolveControlFlow(model: Model, known: ConstantLookup = () => undefined): Model {
  return { ...model, graph: resolveGraph(model.graph, known, new NameCounts(model.graph)) };
}

function resolveGraph(graph: Graph, outer: ConstantLookup, names: NameCounts): Graph {
  if (graph.nodes.every((node) => subgraphs(node).length === 0)) return graph;
  const parts: Parts = { nodes: [], initializers: new Map(graph.initializers), valueInfo: new Map(graph.valueInfo) };
  const constants = new Map<string, StoredTensor | undefined>();
  const lookup: ConstantLookup = (name) => {
    const own = parts.initializers.get(name) ?? constants.get(name);
    return own && own.type !== 'opaque' ? own : outer(name);
  };
  const add = (node: Node): void => {
    const branch = takenBranch(node, lookup);
    if (branch) {
      for (const body of subgraphs(node)) names.remove(body);
      for (const inner of inlineBranch(node, branch, parts, names)) add(inner);
      return;
    }
    if (node.op === 'Constant') constants.set(node.outputs[0] ?? '', constantValue(node));
    parts.nodes.push(mapSubgraphs(node, (body) => resolveGraph(body, lookup, names)));
  };
  for (const node of graph.nodes) add(node);
  return { ...graph, ...parts };
}

/** The graph being put together. */
interface Parts {
  readonly nodes: Node[];
  readonly initializers: Map<string, StoredTensor>;
  readonly valueInfo: Map<string, ValueType>;
}

function takenBranch(node: Node, lookup: ConstantLookup): Graph | undefined {
  if (node.op !== 'If' || node.domain !== '') return undefined;
  const condition = lookup(node.inputs[0] ?? '');
  if (condition?.data.length !== 1) return undefined;
  return attribute.graph(node, toNumbers(condition)[0] === 0 ? 'else_branch' : 'then_branch');
}

/** Adds a branch's initialisers and types to `parts`; returns its nodes, which make the outputs of the If. */
function inlineBranch(node: Node, branch: Graph, parts: Parts, names: NameCounts): Node[] {
  const defined = definedNames(branch);
  const renaming = new Map<string, string>();
  const copies: (readonly [from: string, to: string])[] = [];
  branch.outputs.forEach(({ name }, index) => {
    const output = node.outputs[index] ?? '';
    if (output === '') return;
    if (defined.has(name) && !branch.initializers.has(name) && !renaming.has(name)) renaming.set(name, output);
    else copies.push([name, output]);
  });
  for (const name of defined) if (!renaming.has(name)) renaming.set(name, names.fresh(name));
  for (const body of branch.nodes.flatMap(subgraphs)) names.add(body);
  for (const [name, tensor] of branch.initializers) parts.initializers.set(renaming.get(name) ?? name, tensor);
  for (const [name, type] of branch.valueInfo) parts.valueInfo.set(renaming.get(name) ?? name, type);
  const nodes = branch.nodes.map((inner) => renameNode(inner, renaming));
  return [...nodes, ...copies.map(([from, to]) => identity(renaming.get(from) ?? from, to))];
}

function identity(input: string, output: string): Node {
  return { name: output, op: 'Identity', domain: '', inputs: [input], outputs: [output], attributes: {} };
}

/** How often each name is defined in a graph and its subgraphs. */
class NameCounts {
  readonly #counts = new Map<string, number>();

  constructor(graph: Graph) {
    this.add(graph);
  }

  add(graph: Graph): void {
    this.#change(graph, 1);
  }

  remove(graph: Graph): void {
    this.#change(graph, -1);
  }

  /** `hint` itself where it is free, else `hint_1`, `hint_2`, … */
  fresh(hint: string): string {
    let name = hint;
    for (let count = 1; (this.#counts.get(name) ?? 0) > 0; count++) name = `${hint}_${count}`;
    this.#counts.set(name, 1);
    return name;
  }

  #change(graph: Graph, by: number): void {
    for (const name of definedNames(graph)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
    for (const body of graph.nodes.flatMap(subgraphs)) this.#change(body, by);
  }
}
