import type { Tensor } from '../../core/index.js';
import { allNames, attribute, attributes, type Graph, type Model, NameSource, type Node, useDef } from '../../engine/graph/index.js';

const LARGEST = 127;

/**
 * The model with frozen matrices of MatMul and Gemm in 8 bits: a quarter of their memory. Each output channel has a scale of its own, so that its
 * largest weight is ±127 of them; a weight is off by at most half a scale. Matrices stay as they are where anything else reads them, too.
 *
 * The graph reads int8 through `DequantizeLinear`, through which activations get their gradients as through any constant.
 * Source: Dettmers et al., "QLoRA" (arXiv 2305.14314), with 8 bits a channel instead of 4 bits a block.
 *
 * @param frozen names of float32 initialisers that training does not change; other names are passed over
 */
export function quantiseFrozen(model: Model, frozen: readonly string[]): Model {
  const { graph } = model;
  const uses = useDef(graph);
  const names = new NameSource(allNames(graph));
  const initializers = new Map(graph.initializers);
  const dequantised: Node[] = [];
  const renamed = new Map<string, string>();
  for (const name of frozen) {
    const weight = graph.initializers.get(name);
    const axis = channelAxis(uses.consumers(name), name);
    if (axis === undefined || weight?.type !== 'float32' || weight.dims.length !== 2 || uses.isOutput(name)) continue;
    const { levels, scales } = quantise(weight, axis);
    const [int8, scale, real] = [names.fresh(`${name}.int8`), names.fresh(`${name}.scale`), names.fresh(`${name}.dequantised`)];
    initializers.delete(name);
    initializers.set(int8, levels).set(scale, scales);
    dequantised.push({ name: real, op: 'DequantizeLinear', domain: '', inputs: [int8, scale], outputs: [real], attributes: attributes({ axis }) });
    renamed.set(name, real);
  }
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map((name) => renamed.get(name) ?? name) }));
  const inputs = graph.inputs.filter(({ name }) => !renamed.has(name));
  return { ...model, graph: { ...graph, inputs, initializers, nodes: [...dequantised, ...nodes] } };
}

/** Names of the matrices that {@link quantiseFrozen} made. */
export function quantisedWeights({ nodes, initializers }: Graph): string[] {
  const read = nodes.flatMap(({ op, inputs }) => (op === 'DequantizeLinear' && inputs.length === 2 ? [inputs[0] as string] : []));
  return read.filter((name) => initializers.get(name)?.type === 'int8');
}

/** The axis of the output channels of a matrix, where all that read it are products that agree on it, or add it to one as DoRA does. */
function channelAxis(readers: readonly Node[], name: string): number | undefined {
  const axes = new Set(readers.filter((node) => !isAddend(node, name)).map((node) => axisIn(node, name)));
  return axes.size === 1 ? [...axes][0] : undefined;
}

function isAddend({ domain, op, inputs }: Node, name: string): boolean {
  return domain === '' && op === 'Gemm' && inputs[2] === name && inputs.indexOf(name) === 2;
}

function axisIn(node: Node, name: string): number | undefined {
  const isProduct = node.domain === '' && (node.op === 'MatMul' || node.op === 'Gemm');
  if (!isProduct || node.inputs[1] !== name || node.inputs.filter((input) => input === name).length > 1) return undefined;
  return node.op === 'Gemm' && attribute.int(node, 'transB', 0) === 1 ? 0 : 1;
}

function quantise({ dims, data }: Tensor, axis: number): { levels: Tensor; scales: Tensor } {
  const [rows = 0, columns = 0] = dims;
  const values = data as Float32Array;
  const channelOf = (i: number): number => (axis === 0 ? Math.floor(i / columns) : i % columns);
  const scales = new Float32Array(axis === 0 ? rows : columns);
  for (const [i, value] of values.entries()) scales[channelOf(i)] = Math.max(scales[channelOf(i)] as number, Math.abs(value) / LARGEST);
  // A channel of zeros, or of numbers too small to divide by.
  for (const [i, scale] of scales.entries()) if (scale === 0) scales[i] = 1;
  const levels = Int8Array.from(values, (value, i) => Math.round(value / (scales[channelOf(i)] as number)));
  return { levels: { type: 'int8', dims, data: levels }, scales: { type: 'float32', dims: [scales.length], data: scales } };
}
