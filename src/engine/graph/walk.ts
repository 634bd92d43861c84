import type { Graph, Node } from './model.js';

/** The graphs in a node's attributes: branches of If, bodies of Loop and Scan. */
export function subgraphs(node: Node): readonly Graph[] {
  const result: Graph[] = [];
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.kind === 'graph') result.push(attribute.value);
    else if (attribute.kind === 'graphs') result.push(...attribute.value);
  }
  return result;
}

/** Names a graph uses but does not define: for a subgraph, what it takes from the graphs around it. */
export function freeNames(graph: Graph): ReadonlySet<string> {
  const defined = definedNames(graph);
  const free = new Set<string>();
  const use = (name: string): void => {
    if (name !== '' && !defined.has(name)) free.add(name);
  };
  for (const node of graph.nodes) for (const name of reads(node)) use(name);
  for (const output of graph.outputs) use(output.name);
  return free;
}

/** Every name a graph defines itself: inputs, initialisers and node outputs, not those of its subgraphs. */
export function definedNames(graph: Graph): Set<string> {
  const names = new Set<string>(graph.initializers.keys());
  for (const input of graph.inputs) names.add(input.name);
  for (const node of graph.nodes) for (const output of node.outputs) names.add(output);
  names.delete('');
  return names;
}

/** Every name a model's graph uses at any depth, defined or not: what a new name must not be. */
export function allNames(graph: Graph): Set<string> {
  const names = definedNames(graph);
  for (const output of graph.outputs) names.add(output.name);
  for (const node of graph.nodes) {
    for (const input of node.inputs) names.add(input);
    for (const body of subgraphs(node)) for (const name of allNames(body)) names.add(name);
  }
  return names;
}

/** Values of the enclosing graph that the subgraphs of a node use without taking them as inputs. */
export function captures(node: Node): ReadonlySet<string> {
  const result = new Set<string>();
  for (const graph of subgraphs(node)) for (const name of freeNames(graph)) result.add(name);
  return result;
}

/** Every value a node needs: its inputs, and what its subgraphs capture. */
export function reads(node: Node): readonly string[] {
  const inputs = node.inputs.filter((name) => name !== '');
  const captured = captures(node);
  return captured.size === 0 ? inputs : [...new Set([...inputs, ...captured])];
}

/**
 * The nodes ordered so that each follows those it needs; the order given where it already does (Kahn's algorithm, stable).
 * Nodes on or behind a cycle are not in `sorted` but in `stuck`.
 */
export function topologicalOrder(nodes: readonly Node[]): { readonly sorted: readonly Node[]; readonly stuck: readonly Node[] } {
  const producers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== '') producers.set(output, index);
  });
  const followers: number[][] = nodes.map(() => []);
  const waiting = nodes.map((node, index) => {
    const before = new Set(reads(node).flatMap((name) => producers.get(name) ?? []));
    for (const producer of before) followers[producer]?.push(index);
    return before.size;
  });
  const ready = new MinHeap();
  for (const [index, count] of waiting.entries()) if (count === 0) ready.push(index);
  const sorted: Node[] = [];
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    sorted.push(nodes[index] as Node);
    for (const follower of followers[index] ?? []) {
      const left = (waiting[follower] ?? 0) - 1;
      waiting[follower] = left;
      if (left === 0) ready.push(follower);
    }
  }
  return { sorted, stuck: nodes.filter((_, index) => (waiting[index] ?? 0) > 0) };
}

/** A binary heap of numbers, smallest first. */
class MinHeap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((items[parent] as number) <= item) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = last;
    return top;
  }
}

/** Who makes and who uses each value of a graph. */
export interface UseDef {
  /** The node that makes a value; `undefined` for inputs, initialisers and captured values. */
  producer(name: string): Node | undefined;
  /** The nodes that use a value, through their inputs or from inside their subgraphs, each once, in graph order. */
  consumers(name: string): readonly Node[];
  /** Whether a value is an output of the graph. */
  isOutput(name: string): boolean;
}

export function useDef(graph: Graph): UseDef {
  const producers = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) if (output !== '') producers.set(output, node);
    for (const name of new Set(reads(node))) {
      const users = consumers.get(name);
      if (users) users.push(node);
      else consumers.set(name, [node]);
    }
  }
  const outputs = new Set(graph.outputs.map((output) => output.name));
  return {
    producer: (name) => producers.get(name),
    consumers: (name) => consumers.get(name) ?? [],
    isOutput: (name) => outputs.has(name),
  };
}

/**
 * The graph without the nodes, initialisers and stated types that no output needs. Inputs stay: they are its signature.
 * Subgraphs are pruned too.
 */
export function pruneUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const nodes: Node[] = [];
  for (let i = graph.nodes.length - 1; i >= 0; i--) {
    const node = mapSubgraphs(graph.nodes[i] as Node, pruneUnused);
    if (!node.outputs.some((output) => output !== '' && needed.has(output))) continue;
    for (const name of reads(node)) needed.add(name);
    nodes.push(node);
  }
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
    valueInfo: new Map([...graph.valueInfo].filter(([name]) => needed.has(name))),
  };
}

/** The node with `change` applied to each of its subgraphs; the node itself when it has none. */
export function mapSubgraphs(node: Node, change: (graph: Graph) => Graph): Node {
  if (subgraphs(node).length === 0) return node;
  const attributes = Object.fromEntries(
    Object.entries(node.attributes).map(([name, attribute]) => {
      if (attribute.kind === 'graph') return [name, { kind: 'graph' as const, value: change(attribute.value) }];
      if (attribute.kind === 'graphs') return [name, { kind: 'graphs' as const, value: attribute.value.map(change) }];
      return [name, attribute];
    }),
  );
  return { ...node, attributes };
}

/** Makes value names that nothing else uses. */
export class NameSource {
  readonly #taken: Set<string>;
  /** Where to go on counting for each hint. */
  readonly #counts = new Map<string, number>();

  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** `hint` itself where it is free, else `hint_1`, `hint_2`, … */
  fresh(hint: string): string {
    let count = this.#counts.get(hint) ?? 0;
    let name = count === 0 ? hint : `${hint}_${count}`;
    while (this.#taken.has(name)) name = `${hint}_${++count}`;
    this.#counts.set(hint, count);
    this.#taken.add(name);
    return name;
  }
}
