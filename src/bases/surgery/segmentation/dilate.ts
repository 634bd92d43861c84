import { fail, fromNumbers, RegraftError, type Tensor, toNumbers } from '../../../core/index.js';
import {
  attributes,
  type Graph,
  inferTypes,
  type Node,
  reads,
  type StoredTensor,
  type TensorType,
  type Window,
  windowOf,
} from '../../../engine/graph/index.js';

/** How a map lies on the image: how many pixels the backbone was trained to have between two positions, and how many times closer they are now. */
interface Lattice {
  readonly stride: number;
  readonly rate: number;
}

const WINDOWED = /^(Conv|MaxPool|AveragePool|LpPool)$/;
/** Ops behind which there is no map, or one of a single position. */
const ENDS = /^(Global\w+|Reduce\w+|Flatten|Shape|Size)$/;
/** Ops that count on the distance between positions in a way that dilation cannot undo. */
const FIXED = /^(Resize|Upsample|ConvTranspose|DepthToSpace|SpaceToDepth|GridSample|MaxUnpool)$/;

/**
 * The same layers looking at a finer grid: behind the first map that is `outputStride` times smaller than the image, windows move one position at a time,
 * and those that come later reach as many times farther. Every value that was computed before is computed still, and others between them (the à trous
 * algorithm: Chen et al., DeepLab, arXiv 1606.00915; torchvision's `replace_stride_with_dilation`). Weights stay as they are.
 *
 * @param types static types of the graph's values
 * @throws SEGMENTATION_STRIDE where a layer cannot be dilated
 */
export function withOutputStride(graph: Graph, types: ReadonlyMap<string, TensorType>, opset: number, outputStride: number): Graph {
  const lattices = new Map<string, Lattice>();
  for (const { name } of graph.inputs) if (!graph.initializers.has(name)) lattices.set(name, { stride: 1, rate: 1 });
  const borders = new Map<string, StoredTensor>();
  const nodes = graph.nodes.map((node) => {
    const from = latticeOf(node, lattices);
    if (from === undefined || ENDS.test(node.op)) return node;
    const { node: changed, to } = finer(node, from, { graph, types, outputStride, borders });
    for (const output of node.outputs) lattices.set(output, to);
    return changed;
  });
  return checked({ ...graph, nodes, initializers: new Map([...graph.initializers, ...borders]), valueInfo: new Map() }, types, opset, outputStride);
}

/** That of the maps a node reads: what has none, such as a gate for each channel, goes with any. */
function latticeOf(node: Node, lattices: ReadonlyMap<string, Lattice>): Lattice | undefined {
  const read = reads(node).flatMap((name) => lattices.get(name) ?? []);
  return read.toSorted((a, b) => b.stride - a.stride)[0];
}

interface Plan {
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, TensorType>;
  readonly outputStride: number;
  /** Takes new initialisers. */
  readonly borders: Map<string, StoredTensor>;
}

function finer(node: Node, from: Lattice, plan: Plan): { readonly node: Node; readonly to: Lattice } {
  if (from.rate > 1 && FIXED.test(node.op)) refuse(plan.outputStride, node);
  if (node.op === 'Pad' && from.rate > 1) return { node: widerBorder(node, from.rate, plan), to: from };
  if (!WINDOWED.test(node.op)) return { node, to: from };
  const spatial = plan.types.get(node.inputs[0] ?? '')?.dims.slice(2) ?? [];
  const kernel = kernelOf(node, plan.graph);
  const window = windowOf(node, spatial, kernel);
  const [step = 1, ...others] = window.strides;
  if (others.some((other) => other !== step)) refuse(plan.outputStride, node);
  const stride = from.stride * step;
  if (stride <= plan.outputStride) return { node, to: { stride, rate: 1 } };
  return { node: dilated(node, window, spatial, from.rate), to: { stride, rate: from.rate * step } };
}

function kernelOf({ attributes: { kernel_shape: kernel }, inputs }: Node, { initializers }: Graph): readonly number[] {
  return kernel?.kind === 'ints' ? kernel.value : (initializers.get(inputs[1] ?? '')?.dims.slice(2) ?? []);
}

/** One position at a time, and what lies `rate` times farther apart; where a layer gave one position for each step, it gives one for each position. */
function dilated(node: Node, { kernel, strides, dilations, padsBegin, padsEnd, output }: Window, spatial: readonly number[], rate: number): Node {
  const begin = padsBegin.map((pad) => pad * rate);
  const end = padsEnd.map((pad, axis) => {
    const keepsSize = output[axis] === Math.ceil((spatial[axis] as number) / (strides[axis] as number));
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) * rate;
    return keepsSize ? Math.max(0, reach - (begin[axis] as number)) : pad * rate;
  });
  const { auto_pad: _, ceil_mode: __, ...kept } = node.attributes;
  const changed = attributes({
    kernel_shape: kernel,
    strides: kernel.map(() => 1),
    dilations: dilations.map((dilation) => dilation * rate),
    pads: [...begin, ...end],
  });
  return { ...node, attributes: { ...kept, ...changed } };
}

function widerBorder(node: Node, rate: number, { graph, outputStride, borders }: Plan): Node {
  const [x = '', pads = '', ...others] = node.inputs;
  const stored = graph.initializers.get(pads);
  if (stored === undefined || stored.type === 'opaque' || others[1]) return refuse(outputStride, node);
  const name = `${node.outputs[0]}:border`;
  const counts = toNumbers(stored as Tensor).map((count) => count * rate);
  borders.set(name, fromNumbers('int64', stored.dims, counts));
  return { ...node, inputs: [x, name, ...others] };
}

/** A model may have the size of its maps written into it. @throws SEGMENTATION_STRIDE */
function checked(graph: Graph, types: ReadonlyMap<string, TensorType>, opset: number, outputStride: number): Graph {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  try {
    inferTypes(graph, opset, Object.fromEntries(inputs.map(({ name }) => [name, types.get(name)?.dims ?? []])));
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    refuse(outputStride, error);
  }
  return graph;
}

function refuse(outputStride: number, cause: Node | RegraftError): never {
  const reason = cause instanceof RegraftError ? cause.message : `${cause.op} "${cause.name}" cannot look at a finer map.`;
  return fail('SEGMENTATION_STRIDE', { outputStride, reason });
}
