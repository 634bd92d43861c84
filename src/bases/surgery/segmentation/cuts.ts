import { type Graph, type Node, reads } from '../../../engine/graph/index.js';

/** What a node says of its input's shape alone. */
const OF_SHAPE = new Set(['Shape', 'Size']);

/** A value that all of the data flows through, and the nodes between it and the one before. */
export interface Cut {
  readonly name: string;
  readonly nodes: readonly Node[];
}

/**
 * The values that all of the data flows through on its way to `end`, from the input on: the results of blocks, none of the branches inside.
 * @param nodes those that `end` needs, in topological order
 */
export function cutsOf(nodes: readonly Node[], graph: Graph, end: string): Cut[] {
  const data = new Set(graph.inputs.flatMap(({ name }) => (graph.initializers.has(name) ? [] : [name])));
  const lastReader = new Map<string, number>([[end, nodes.length]]);
  const steps = nodes.map((node, index) => {
    const flowing = OF_SHAPE.has(node.op) ? [] : reads(node).filter((name) => data.has(name));
    if (flowing.length > 0) for (const output of node.outputs) data.add(output);
    for (const name of flowing) if (name !== end) lastReader.set(name, index);
    return flowing;
  });
  const open = new Set(graph.inputs.flatMap(({ name }) => (lastReader.has(name) ? [name] : [])));
  const cuts: Cut[] = [];
  let since = 0;
  for (const [index, { outputs }] of nodes.entries()) {
    if ((steps[index] as string[]).length === 0) continue;
    for (const name of open) if (lastReader.get(name) === index) open.delete(name);
    for (const name of outputs) if (lastReader.has(name)) open.add(name);
    const [only, ...others] = open;
    if (only === undefined || others.length > 0) continue;
    cuts.push({ name: only, nodes: nodes.slice(since, index + 1) });
    since = index + 1;
  }
  return cuts;
}
