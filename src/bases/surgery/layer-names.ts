import { type Graph, type Node, type UseDef, useDef } from '../../engine/graph/index.js';
import type { Parameter } from './parameters.js';

/** Names that exporters make up for weights they have transposed or folded. */
const UNNAMED = /^(onnx::|val_\d+$|\d+$|_)/;

/**
 * Says to which layer a node with weights belongs (`layer1.0.conv1`), by the names of its weights or, where an exporter made those up, by its own;
 * `undefined` for a node without weights.
 */
export function layerNames(graph: Graph, parameters: readonly Parameter[]): (node: Node) => string | undefined {
  const [modules, uses] = [moduleNames(parameters), useDef(graph)];
  return (node) => layerName(node, modules, uses);
}

/** The layer of each parameter that has a name of its own; `undefined` for the others. */
type ModuleNames = ReadonlyMap<string, string | undefined>;

/** The module of each parameter; one that has modules inside gives the parameter's own name (`encoder.pos_embedding`). */
function moduleNames(parameters: readonly Parameter[]): ModuleNames {
  const modules = new Map(parameters.map(({ name }) => [name, UNNAMED.test(name) ? undefined : moduleOf(name)]));
  const outer = new Set([...modules.values()].flatMap((module) => (module === undefined ? [] : outerModules(module))));
  return new Map([...modules].map(([name, module]) => [name, module !== undefined && outer.has(module) ? name : module]));
}

/** `layer1.0.conv1` for `layer1.0.conv1.weight`, `block_1_expand` for `block_1_expand/kernel`. */
function moduleOf(name: string): string {
  return name.replace(/[./][^./]*$/, '');
}

/** `a` and `a.b` of `a.b.c`. */
function outerModules(module: string): string[] {
  return [...module.matchAll(/[./]/g)].map(({ index }) => module.slice(0, index));
}

/** The layer a node with weights belongs to; `undefined` for a node without. */
function layerName(node: Node, modules: ModuleNames, uses: UseDef): string | undefined {
  const weights = node.inputs.filter((name) => modules.has(name));
  const [first] = weights;
  if (first === undefined) return undefined;
  const named = weights.map((name) => modules.get(name)).find((module) => module !== undefined);
  // Where the weight says nothing, the scope in the node's name may, and so may the bias that is added next.
  return named ?? scopeOf(node.name) ?? biasModule(node, modules, uses) ?? first;
}

function biasModule(node: Node, modules: ModuleNames, uses: UseDef): string | undefined {
  const followers = node.outputs.flatMap((output) => uses.consumers(output));
  return followers.flatMap(({ inputs }) => inputs.map((name) => modules.get(name))).find((module) => module !== undefined);
}

/** The module in a node name as PyTorch writes it: `layer1.0.conv1` for `/layer1/layer1.0/conv1/Conv`. */
function scopeOf(node: string): string | undefined {
  if (!node.startsWith('/')) return undefined;
  const parts = node.split('/').slice(1, -1);
  const scope = parts.filter((part, index) => !parts[index + 1]?.startsWith(`${part}.`)).join('.');
  return scope === '' ? undefined : scope;
}
