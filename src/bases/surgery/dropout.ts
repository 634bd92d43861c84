import { attributes, type Graph, type Node } from '../../engine/graph/index.js';

/** The graph as it predicts: no Dropout drops anything, also where the model was exported in training mode. */
export function withoutDropout(graph: Graph): Graph {
  if (!graph.nodes.some(isDropout)) return graph;
  return { ...graph, nodes: graph.nodes.flatMap((node) => (isDropout(node) ? keepAll(node) : [node])) };
}

function isDropout({ op, domain }: Node): boolean {
  return op === 'Dropout' && domain === '';
}

/** The input as it is; the mask, where one is asked for, is true everywhere. */
function keepAll({ name, inputs: [x = ''], outputs: [y = '', mask = ''] }: Node): Node[] {
  const all = { domain: '', inputs: [x], attributes: attributes({}) };
  const kept: Node = { ...all, name, op: 'Identity', outputs: [y] };
  return mask === '' ? [kept] : [kept, { ...all, name: `${name}/mask`, op: 'Equal', inputs: [x, x], outputs: [mask] }];
}
