import { int64 } from '../../core/index.js';
import type { Model, StoredTensor, ValueInfo } from '../../engine/graph/index.js';
import { unused } from './features.js';
import { makeNode, namesIn } from './nodes.js';

/**
 * A model whose first output `[N, T, 2]` holds where an answer begins and where it ends: of one with two outputs `[N, T]`, as transformers' models for
 * questions have them, both side by side. Other models stay as they are.
 */
export function joinSpans(model: Model): Model {
  const { graph } = model;
  const [start, end] = [/start/i, /end/i].map((pattern) => graph.outputs.find(({ name }) => pattern.test(name)));
  if (start === undefined || end === undefined || start === end) return model;
  const taken = namesIn(graph);
  const axis = unused('spans/axis', taken);
  const columns = [start, end].map(({ name }) => [name, unused(`${name}/column`, taken)] as const);
  const logits = unused('logits', taken);
  const nodes = [
    ...columns.map(([name, column]) => makeNode('Unsqueeze', [name, axis], column)),
    makeNode(
      'Concat',
      columns.map(([, column]) => column),
      logits,
      { axis: 2 },
    ),
  ];
  const output: ValueInfo = { name: logits, type: { kind: 'tensor', type: 'float32', dims: [null, null, 2] } };
  const initializers = new Map<string, StoredTensor>([...graph.initializers, [axis, int64([1], [2])]]);
  return { ...model, graph: { ...graph, nodes: [...graph.nodes, ...nodes], initializers, outputs: [output] } };
}
