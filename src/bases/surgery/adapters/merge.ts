import { fail, float32, type Tensor, toFloat32 } from '../../../core/index.js';
import { type Graph, type Model, type Node, pruneUnused, renameNode, type StoredTensor } from '../../../engine/graph/index.js';
import { removeAdapter } from './add.js';
import { findLayers, type Layer } from './layers.js';
import type { Folded, Method } from './method.js';
import { adapterOf } from './record.js';
import type { AdapterSpec } from './spec.js';
import { methods } from './table.js';

/**
 * The adapter folded into the weights: a plain graph that computes the same but for rounding. The model given stays as it is; its base comes back
 * by {@link removeAdapter}. A weight that something else reads too, such as a tied embedding, is split.
 *
 * @throws ADAPTER_ABSENT, ADAPTER_NOT_MERGEABLE
 */
export function mergeAdapter(model: Model): Model {
  const { spec } = adapterOf(model);
  const method = methods[spec.name] as Method<AdapterSpec>;
  const { fold } = method;
  if (!fold) return fail('ADAPTER_NOT_MERGEABLE', { method: spec.name });
  const { initializers } = model.graph;
  const read = (name: string): Float32Array => toFloat32(initializers.get(name) as Tensor).data as Float32Array;
  const has = (name: string): boolean => initializers.has(name);
  const base = removeAdapter(model);
  let { graph } = base;
  for (const layer of findLayers(graph)) {
    const folded = fold(layer, spec, read, has);
    if (folded) graph = withFolded(graph, layer, folded);
  }
  return { ...base, graph: pruneUnused(graph) };
}

function withFolded(graph: Graph, layer: Layer, { weight, bias }: Folded): Graph {
  const inner = new Set(layer.uses.map(({ node }) => node.name));
  const changed = replaced(graph, layer.weight, weight, inner);
  if (!bias) return changed;
  return layer.uses.reduce((now, use) => (use.bias ? replaced(now, use.bias, bias, new Set([use.result.node.name, use.node.name])) : now), changed);
}

/** Gives a tensor new numbers for the nodes named; under a name of its own where other nodes keep the old ones. */
function replaced(graph: Graph, name: string, data: Float32Array, readers: ReadonlySet<string>): Graph {
  const { dims } = graph.initializers.get(name) as Tensor;
  const initializers = new Map<string, StoredTensor>(graph.initializers);
  const between = new Set(turns(graph, name));
  const isOurs = (node: Node): boolean => readers.has(node.name);
  const behind = (node: Node): boolean => node.inputs.some((input) => input === name || between.has(input));
  const isShared = graph.nodes.some((node) => behind(node) && !isOurs(node) && !node.outputs.some((output) => between.has(output)));
  if (!isShared) {
    initializers.set(name, float32(dims, data));
    return { ...graph, initializers };
  }
  const own = new Map([name, ...between].map((value) => [value, `${value}/merged`]));
  initializers.set(`${name}/merged`, float32(dims, data));
  const nodes = graph.nodes.flatMap((node) => {
    if (node.outputs.some((output) => between.has(output))) return [node, { ...renameNode(node, own), name: `${node.name}/merged` }];
    return [isOurs(node) ? renameNode(node, own) : node];
  });
  return { ...graph, nodes, initializers };
}

/** The values that are a tensor with its axes exchanged, or the tensor itself by another name. */
function turns({ nodes }: Graph, name: string): string[] {
  const found = [name];
  for (const { op, inputs, outputs } of nodes)
    if ((op === 'Transpose' || op === 'Identity') && found.includes(inputs[0] ?? '')) found.push(outputs[0] ?? '');
  return found.slice(1);
}
