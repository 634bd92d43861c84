import type { Graph, Node } from '../../engine/graph/index.js';

/** What computes the first output of a base from the values that it shares with a graph made of it. */
export interface OldHead {
  readonly nodes: readonly Node[];
  readonly initializers: Graph['initializers'];
  /** The base's first output, by the name it has here. */
  readonly output: string;
}

const PREFIX = 'regraft.old/';

/**
 * The head that a graph lost when it got a new one, to stand beside that: its own values and weights have names that nothing else has.
 * @returns undefined where the graph still gives the base's output, so that there is no old head
 */
export function oldHead(base: Graph, adapted: Graph): OldHead | undefined {
  const [output] = base.outputs;
  const shared = new Set(adapted.nodes.map(keyOf));
  const producers = new Map(base.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const lost = new Set<Node>();
  const open = [output?.name ?? ''];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = producers.get(name);
    if (node === undefined || lost.has(node) || shared.has(keyOf(node))) continue;
    lost.add(node);
    open.push(...node.inputs);
  }
  if (lost.size === 0) return undefined;
  const own = new Set([...lost].flatMap(({ outputs }) => outputs));
  const weights = new Set([...lost].flatMap(({ inputs }) => inputs).filter((name) => base.initializers.has(name)));
  const renamed = (name: string): string => (own.has(name) || weights.has(name) ? `${PREFIX}${name}` : name);
  const copy = (node: Node): Node => ({ ...node, name: renamed(node.name), inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) });
  return {
    nodes: base.nodes.filter((node) => lost.has(node)).map(copy),
    initializers: new Map([...base.initializers].filter(([name]) => weights.has(name)).map(([name, stored]) => [renamed(name), stored])),
    output: renamed(output?.name ?? ''),
  };
}

/** Equal for nodes that compute one value from the same ones. */
function keyOf({ op, inputs, outputs }: Node): string {
  return JSON.stringify([op, inputs, outputs]);
}
