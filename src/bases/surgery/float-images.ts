import { type DataType, isFloat } from '../../core/index.js';
import { elementTypeNumber, type Graph, renameNode, type ValueInfo } from '../../engine/graph/index.js';
import { unused } from './features.js';
import { makeNode, namesIn } from './nodes.js';

/**
 * The graph with images of whole numbers (`uint8 [N, H, W, 3]`, as detectors take them) given as float32, which is what pixels become everywhere
 * else; they are cast where the model begins. The second result names the inputs that were changed.
 */
export function withFloatImages(graph: Graph): { readonly graph: Graph; readonly changed: readonly string[] } {
  const found = graph.inputs.filter((info) => !graph.initializers.has(info.name) && isWholeImage(info));
  if (found.length === 0) return { graph, changed: [] };
  const taken = namesIn(graph);
  const whole = new Map(found.map(({ name }) => [name, unused(`${name}/whole`, taken)]));
  const casts = found.map(({ name, type }) =>
    makeNode('Cast', [name], whole.get(name) as string, { to: elementTypeNumber((type.kind === 'tensor' ? type.type : 'uint8') as DataType) }),
  );
  const nodes = graph.nodes.map((node) => renameNode(node, whole));
  const inputs = graph.inputs.map(
    (info): ValueInfo => (whole.has(info.name) && info.type.kind === 'tensor' ? { ...info, type: { ...info.type, type: 'float32' } } : info),
  );
  return { graph: { ...graph, inputs, nodes: [...casts, ...nodes] }, changed: found.map(({ name }) => name) };
}

/** Whether the value has the shape of images, channels first or last, and no fractions. */
function isWholeImage({ type }: ValueInfo): boolean {
  if (type.kind !== 'tensor' || type.dims?.length !== 4 || type.type === 'string' || type.type === 'unknown' || isFloat(type.type)) return false;
  return [type.dims[1], type.dims[3]].some((dim) => dim === 1 || dim === 3);
}
