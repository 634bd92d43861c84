import type { Parameter } from '../../../bases/surgery/index.js';
import { type Graph, type Node, type TensorType, type UseDef, useDef, type Work, workOf } from '../../../engine/graph/index.js';

/** Nodes of a model that belong together: one with weights, and those without that follow it. */
export interface Layer extends Work {
  /** Name of the module that holds the weights: `layer1.0.conv1`. */
  readonly name: string;
  readonly ops: readonly string[];
  /** The value the layer ends with. */
  readonly output: string;
  /** Shape of that value, batch axis included; `undefined` where it is not known. */
  readonly dims: readonly number[] | undefined;
  /** Number of parameter tensors. */
  readonly tensors: number;
  readonly parameters: number;
}

/** Name of what runs before the first layer with weights. */
export const INPUT_LAYER = '(input)';

/** Names that exporters make up for weights they have transposed or folded. */
const UNNAMED = /^(onnx::|val_\d+$|\d+$|_)/;

/**
 * The layers of a model in the order the data flows. Each parameter counts once, where it is first used.
 *
 * @param graph a graph without computations of constants, as `specialise` gives it
 * @param types static types of its values; may be empty
 */
export function layersOf(graph: Graph, all: readonly Parameter[], types: ReadonlyMap<string, TensorType>): Layer[] {
  const parameters = new Map(all.map((parameter) => [parameter.name, parameter]));
  const modules = moduleNames(all);
  const uses = useDef(graph);
  const groups: { name: string; nodes: Node[] }[] = [];
  for (const node of graph.nodes) {
    if (node.op === 'Constant') continue;
    const name = layerName(node, modules, uses);
    const last = groups.at(-1);
    if (last !== undefined && (name === undefined || name === last.name)) last.nodes.push(node);
    else groups.push({ name: name ?? INPUT_LAYER, nodes: [node] });
  }
  const counted = new Set<string>();
  return groups.map(({ name, nodes }) => layerOf(name, nodes, parameters, types, counted));
}

function layerOf(
  name: string,
  nodes: readonly Node[],
  parameters: ReadonlyMap<string, Parameter>,
  types: ReadonlyMap<string, TensorType>,
  counted: Set<string>,
): Layer {
  const own = [...new Set(nodes.flatMap((node) => node.inputs))].flatMap((input) => (counted.has(input) ? [] : (parameters.get(input) ?? [])));
  for (const parameter of own) counted.add(parameter.name);
  // Padding at the end is there for the next layer.
  const output = (nodes.findLast((node) => node.op !== 'Pad') ?? nodes.at(-1))?.outputs[0] ?? '';
  const work = nodes.map((node) => workOf(node, types));
  return {
    name,
    ops: nodes.map((node) => node.op),
    output,
    dims: types.get(output)?.dims,
    tensors: own.length,
    parameters: own.reduce((sum, { size }) => sum + size, 0),
    multiplyAdds: work.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
    flops: work.reduce((sum, { flops }) => sum + flops, 0),
  };
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
