import { fail } from '../../../core/index.js';
import { type Graph, type Node, reads } from '../../../engine/graph/index.js';
import { findFeatures } from '../find-features.js';
import { findParameters, type Parameter } from '../parameters.js';
import { findLayers } from './layers.js';

/** Inputs that are biases, by op. */
const BIAS_SLOTS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [2],
  Conv: [2],
  ConvTranspose: [2],
  Gemm: [2],
  GroupNormalization: [2],
  GRU: [3],
  InstanceNormalization: [2],
  LayerNormalization: [2],
  LSTM: [3],
  RNN: [3],
};

/** Names of the biases of a graph, those of normalisations included: all that BitFit trains beside the head (Ben Zaken et al. 2021, arXiv:2106.10199). */
export function biasParameters(graph: Graph): string[] {
  const parameters = new Map(findParameters(graph).map((parameter) => [parameter.name, parameter]));
  const biases = new Set<string>();
  for (const node of graph.nodes) {
    for (const index of slotsOf(node)) biases.add(node.inputs[index] ?? '');
    if (node.op === 'Add') for (const name of node.inputs) if (isVector(parameters.get(name))) biases.add(name);
  }
  return [...parameters.keys()].filter((name) => biases.has(name));
}

function slotsOf({ op, domain }: Node): readonly number[] {
  return domain === '' && Object.hasOwn(BIAS_SLOTS, op) ? (BIAS_SLOTS[op] ?? []) : [];
}

/** Numbers along one axis: `[C]`, or `[C, 1, 1]`. */
function isVector(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && parameter.dims.length > 0 && Math.max(...parameter.dims) === parameter.size;
}

/** The name of a numbered block begins a parameter's: `encoder.layer.11.`, `blocks/7/`. */
const NUMBERED = /^(.*?[./_]|)(\d+)(?=[./])/;

/**
 * Names of the parameters of the last `count` blocks of a base, and of all that comes behind them. Blocks are what is numbered in names
 * (`encoder.layer.0.…`), the most numerous of such sequences; where nothing is numbered, each layer with weights is one.
 * @throws LAYERS_NONE
 */
export function lastLayers(graph: Graph, count: number): string[] {
  const parameters = findParameters(graph);
  const starts = blockStarts(parameters) ?? layerStarts(graph, parameters);
  const start = starts.at(-count) ?? starts[0] ?? fail('LAYERS_NONE', {});
  return parameters.flatMap(({ name, depth }) => (depth >= start ? [name] : []));
}

/** Where each block begins, in the order of the graph. */
function blockStarts(parameters: readonly Parameter[]): number[] | undefined {
  const sequences = new Map<string, Map<string, number>>();
  for (const { name, depth } of parameters) {
    const [, sequence = '', index] = NUMBERED.exec(name) ?? [];
    if (index === undefined) continue;
    const blocks = sequences.get(sequence) ?? new Map<string, number>();
    sequences.set(sequence, blocks);
    blocks.set(index, Math.min(depth, blocks.get(index) ?? depth));
  }
  const [longest] = [...sequences.values()].sort((a, b) => b.size - a.size);
  return longest && longest.size > 1 ? [...longest.values()].sort((a, b) => a - b) : undefined;
}

function layerStarts(graph: Graph, parameters: readonly Parameter[]): number[] {
  const depths = new Map(parameters.map(({ name, depth }) => [name, depth]));
  return findLayers(graph)
    .flatMap(({ weight }) => depths.get(weight) ?? [])
    .sort((a, b) => a - b);
}

/**
 * Names of the parameters behind the features of a model that keeps its own head: of the layer that gives its output.
 * @throws HEAD_NOT_FOUND
 */
export function headParameters(graph: Graph): string[] {
  const needed = new Set([findFeatures(graph)]);
  for (const node of graph.nodes.toReversed()) if (node.outputs.some((name) => needed.has(name))) for (const name of reads(node)) needed.add(name);
  return findParameters(graph).flatMap(({ name }) => (needed.has(name) ? [] : [name]));
}
