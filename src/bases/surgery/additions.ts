import type { Graph, Node, StandardOp, StoredTensor } from '../../engine/graph/index.js';
import { unused } from './features.js';
import { makeNode, namesIn } from './nodes.js';

/** Nodes and constants that are added to a graph, under names of their own. */
export class Additions {
  readonly #graph: Graph;
  readonly #scope: string;
  readonly #taken: Set<string>;
  readonly #nodes: Node[] = [];
  readonly #initializers = new Map<string, StoredTensor>();

  /** @param scope what the names begin with */
  constructor(graph: Graph, scope: string) {
    this.#graph = graph;
    this.#scope = scope;
    this.#taken = namesIn(graph);
  }

  node(op: StandardOp, inputs: readonly string[], settings: Readonly<Record<string, number>> = {}): string {
    const output = unused(`${this.#scope}/${op}`, this.#taken);
    this.#nodes.push(makeNode(op, inputs, output, settings));
    return output;
  }

  constant(name: string, value: StoredTensor): string {
    const unique = unused(`${this.#scope}/${name}`, this.#taken);
    this.#initializers.set(unique, value);
    return unique;
  }

  graph(): Graph {
    const { nodes, initializers } = this.#graph;
    return { ...this.#graph, nodes: [...nodes, ...this.#nodes], initializers: new Map([...initializers, ...this.#initializers]) };
  }
}
