import type { Graph, Node } from './model.js';
import { reads } from './walk.js';

/**
 * The graph with its nodes in the order of a file that ONNX Runtime runs in the order given now, but for one thing: what leads to a single output
 * runs as soon as all else that it reads is there. In a backward pass that is each weight's gradient, and then the activation and the gradient
 * it was made from are free.
 *
 * ONNX Runtime (measured with 1.30) does not run nodes in the order of the file. It starts at the last node that nobody reads and goes depth first
 * through what a node reads, the producer that is latest in the file first. A plain backward pass therefore runs from the loss to the first
 * layer, and all gradients of weights only then, while everything they need is kept. So here the file is written from its end: of the nodes
 * whose readers are placed, the one that is to run first comes next to last.
 */
export function orderForDepthFirst(graph: Graph): Graph {
  const { before, after } = edges(graph.nodes);
  const position = positions(before, after);
  const waiting = after.map((followers) => followers.length);
  const ready = waiting.flatMap((count, i) => (count === 0 ? [i] : []));
  const reversed: Node[] = [];
  while (ready.length > 0) {
    const [index] = ready.splice(indexOfFirst(ready, position), 1) as [number];
    reversed.push(graph.nodes[index] as Node);
    for (const producer of before[index] as number[]) {
      const left = (waiting[producer] as number) - 1;
      waiting[producer] = left;
      if (left === 0) ready.push(producer);
    }
  }
  return { ...graph, nodes: reversed.reverse() };
}

/** Which nodes each node reads, and which read it. */
function edges(nodes: readonly Node[]): { readonly before: readonly number[][]; readonly after: readonly number[][] } {
  const producers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)));
  const before = nodes.map((node) => [...new Set(reads(node).flatMap((name) => producers.get(name) ?? []))]);
  const after = nodes.map((): number[] => []);
  for (const [i, producing] of before.entries()) for (const producer of producing) after[producer]?.push(i);
  return { before, after };
}

/** When each node is to run. */
function positions(before: readonly number[][], after: readonly number[][]): number[] {
  const ends = onlyEnds(after);
  const endTimes = new Map<number, number>();
  for (const [i, producers] of before.entries()) {
    const end = ends[i];
    if (end === undefined) continue;
    const shared = producers.filter((producer) => ends[producer] === undefined);
    endTimes.set(end, Math.max(endTimes.get(end) ?? -1, ...shared));
  }
  const timeOf = (i: number): number => endTimes.get(ends[i] ?? -1) ?? i;
  const order = before.map((_, i) => i).sort((a, b) => timeOf(a) - timeOf(b) || a - b);
  const position: number[] = [];
  for (const [at, i] of order.entries()) position[i] = at;
  return position;
}

/** The node without readers that a node leads to, where it leads to one only. */
function onlyEnds(after: readonly number[][]): (number | undefined)[] {
  const ends: (number | undefined)[] = [];
  for (let i = after.length - 1; i >= 0; i--) {
    const reached = new Set((after[i] as number[]).map((follower) => ends[follower]));
    ends[i] = reached.size === 0 ? i : reached.size === 1 ? [...reached][0] : undefined;
  }
  return ends;
}

function indexOfFirst(ready: readonly number[], position: readonly number[]): number {
  let best = 0;
  for (const [i, node] of ready.entries()) if ((position[node] as number) < (position[ready[best] as number] as number)) best = i;
  return best;
}
