import { attribute, attributes, type Graph, type Node } from '../../engine/graph/index.js';

/** Every BatchNormalization uses its running statistics, whatever mode the model was exported in. */
export function batchNormInEvaluation(graph: Graph): Graph {
  if (!graph.nodes.some(isTraining)) return graph;
  return { ...graph, nodes: graph.nodes.map((node) => (isTraining(node) ? withMode(node, 0, node.outputs.slice(0, 1)) : node)) };
}

/** A running statistic that a training step moves. */
export interface Statistic {
  readonly kind: 'mean' | 'variance';
  readonly name: string;
  /** The value that holds the next one. */
  readonly next: string;
  /** Share of the old statistic that stays. */
  readonly momentum: number;
  /** The normalised value, `[N, C, ...]`. */
  readonly input: string;
}

/** The BatchNormalization nodes chosen by `moves` use the batch's statistics and give the next running ones. */
export function batchNormInTraining(graph: Graph, moves: (node: Node) => boolean): { graph: Graph; statistics: Statistic[] } {
  const statistics: Statistic[] = [];
  const nodes = graph.nodes.flatMap((node) => {
    if (node.op !== 'BatchNormalization' || node.domain !== '' || !moves(node)) return [node];
    const [output, mean, variance] = [node.outputs[0] as string, `${node.outputs[0]}:mean`, `${node.outputs[0]}:variance`];
    const shared = { momentum: attribute.float(node, 'momentum', 0.9), input: node.inputs[0] as string };
    statistics.push({ ...shared, kind: 'mean', name: node.inputs[3] as string, next: mean });
    statistics.push({ ...shared, kind: 'variance', name: node.inputs[4] as string, next: variance });
    return onCopies(withMode(node, 1, [output, mean, variance]));
  });
  return { graph: { ...graph, nodes }, statistics };
}

/**
 * In training ONNX Runtime 1.30 writes the next statistics over the memory of the old ones, inputs of the run included, unless they
 * are outputs of the graph. The node is therefore given copies: sums with zeros that no optimiser can see to be zeros.
 */
function onCopies(node: Node): Node[] {
  const [x, scale, shift, mean, variance] = node.inputs as [string, string, string, string, string];
  const zeros = `${node.outputs[0]}:zeros`;
  const plain = (op: string, inputs: readonly string[], output: string): Node => ({
    name: output,
    op,
    domain: '',
    inputs,
    outputs: [output],
    attributes: {},
  });
  const copies = [`${node.outputs[0]}:old-mean`, `${node.outputs[0]}:old-variance`] as const;
  return [
    plain('Sub', [scale, scale], zeros),
    plain('Add', [mean, zeros], copies[0]),
    plain('Add', [variance, zeros], copies[1]),
    { ...node, inputs: [x, scale, shift, ...copies] },
  ];
}

function isTraining(node: Node): boolean {
  return node.op === 'BatchNormalization' && node.domain === '' && attribute.int(node, 'training_mode', 0) === 1;
}

function withMode(node: Node, mode: number, outputs: readonly string[]): Node {
  return { ...node, outputs, attributes: { ...node.attributes, ...attributes({ training_mode: mode }) } };
}

/** Names of the running means and variances of all BatchNormalizations. */
export function runningStatistics(graph: Graph): string[] {
  return graph.nodes.flatMap((node) => (node.op === 'BatchNormalization' && node.domain === '' ? node.inputs.slice(3, 5) : []));
}
