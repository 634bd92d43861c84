import type { CachedModel, CachePart } from '../../bases/surgery/index.js';
import { renameNode, type ValueInfo } from '../../engine/graph/index.js';
import type { Device } from '../../engine/runtime/index.js';

/** Models with a cache that were opened on a device. */
const opened = new WeakMap<Device, number>();

/** The model with names of its cache that no other on the device has: what stays there is found by its name. */
export function withOwnNames(device: Device, cached: CachedModel): CachedModel {
  const count = (opened.get(device) ?? 0) + 1;
  opened.set(device, count);
  const names = new Map(cached.cache.flatMap(({ past, recent, present }) => [past, recent, present].map((name) => [name, `${name}.${count}`])));
  const own = (name: string): string => names.get(name) ?? name;
  const renamed = (info: ValueInfo): ValueInfo => ({ ...info, name: own(info.name) });
  const { graph } = cached.model;
  const nodes = graph.nodes.map((node) => renameNode(node, names));
  return {
    ...cached,
    model: { ...cached.model, graph: { ...graph, nodes, inputs: graph.inputs.map(renamed), outputs: graph.outputs.map(renamed) } },
    cache: cached.cache.map((part): CachePart => ({ ...part, past: own(part.past), recent: own(part.recent), present: own(part.present) })),
  };
}
