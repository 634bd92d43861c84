import { type DataType, fail, isDataType, type Tensor } from '../../../core/index.js';
import {
  type Dim,
  type Graph,
  MODERN_OPSET,
  type Model,
  pruneUnused,
  sinkTransposes,
  topologicalOrder,
  type ValueInfo,
} from '../../../engine/graph/index.js';
import { OnnxEmitter } from './emitter.js';
import type { TfGraph, TfNode, TfPort } from './graph.js';
import { neededNodes, nodeOf, plain } from './needed.js';
import { opConverters } from './ops/index.js';
import { OpScope, type ValueLookup } from './scope.js';

/** Nodes that only hold a value: a constant, a variable, or the reading of one. */
const STORES: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'VarHandleOp', 'VariableV2', 'Variable']);

/**
 * The ONNX model of a TensorFlow graph. Values and parameters keep their names; images stay `[N, H, W, C]` at the borders of the model.
 * @throws IMPORT_OPS naming all ops that have no ONNX form, IMPORT_NODE, IMPORT_GRAPH
 */
export function convertGraph(graph: TfGraph): Model {
  if (graph.outputs.length === 0) fail('IMPORT_GRAPH', { reason: 'it has no outputs' });
  const nodes = neededNodes(graph);
  refuseUnknownOps(nodes);
  const metadata = new Map<string, string>();
  const onnx = new Converter(graph, nodes).convert();
  return { irVersion: 10, producer: { name: 'regraft', version: '' }, opsets: new Map([['', MODERN_OPSET]]), metadata, functions: [], graph: onnx };
}

function refuseUnknownOps(nodes: readonly TfNode[]): void {
  const unknown = nodes.filter(({ op }) => !STORES.has(op) && !Object.hasOwn(opConverters, op));
  if (unknown.length === 0) return;
  const ops = [...new Set(unknown.map(({ op }) => op))].sort().join(', ');
  fail('IMPORT_OPS', { ops, node: unknown[0]?.name ?? '', supported: Object.keys(opConverters).sort().join(', ') });
}

type NumberPort = TfPort & { readonly type: DataType };

function isNumeric(port: TfPort): port is NumberPort {
  return isDataType(port.type);
}

/** Converts node after node; finds values for {@link OpScope}. */
class Converter implements ValueLookup {
  readonly #graph: TfGraph;
  readonly #nodes: readonly TfNode[];
  readonly #byName: ReadonlyMap<string, TfNode>;
  readonly #emitter: OnnxEmitter;
  readonly #values = new Map<string, string>();
  readonly #arranged = new Map<string, string>();
  readonly #uses = new Map<string, number>();

  constructor(graph: TfGraph, nodes: readonly TfNode[]) {
    const inputs = graph.inputs.map((port) => (isNumeric(port) ? port : fail('IMPORT_INPUT', { input: port.name, type: port.type })));
    this.#graph = graph;
    this.#nodes = nodes;
    this.#byName = new Map(nodes.map((node) => [node.name, node]));
    this.#emitter = new OnnxEmitter(inputs);
    for (const [i, { tensor }] of inputs.entries()) this.#values.set(plain(tensor), this.#emitter.inputs[i]?.name ?? '');
    for (const tensor of [...nodes.flatMap((node) => node.inputs), ...graph.outputs.map((port) => port.tensor)]) {
      this.#uses.set(plain(tensor), this.uses(tensor) + 1);
    }
  }

  convert(): Graph {
    for (const node of this.#nodes) if (!STORES.has(node.op) && !this.#values.has(node.name)) this.#convertNode(node);
    const outputs = this.#graph.outputs.map((port) => this.#output(port));
    const graph = this.#emitter.finish(outputs);
    // A weight is stored when it is first read, which may be behind the node it ends up in.
    const sorted = { ...graph, nodes: topologicalOrder(graph.nodes).sorted };
    return sinkTransposes(pruneUnused(sorted), (name) => this.#emitter.rank(name));
  }

  value(tensor: string): string {
    const name = plain(tensor);
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const stored = this.stored(name);
    if (!stored) return fail('IMPORT_GRAPH', { reason: `the value "${tensor}" is not there` });
    const value = this.#store(name, stored);
    this.#values.set(name, value);
    return value;
  }

  constant(tensor: string): Tensor | undefined {
    const node = this.#source(tensor);
    if (node?.op !== 'Const') return undefined;
    const value = node.attributes.get('value');
    return value?.kind === 'tensor' && 'data' in value.value ? value.value : undefined;
  }

  stored(tensor: string): Tensor | undefined {
    const node = this.#source(tensor);
    return node && (this.#graph.variables.get(node.name) ?? this.constant(tensor));
  }

  uses(tensor: string): number {
    return this.#uses.get(plain(tensor)) ?? 0;
  }

  arranged(tensor: string, form: string, arrange: (tensor: Tensor) => Tensor): string | undefined {
    const source = this.#source(tensor);
    const stored = this.stored(tensor);
    if (!source || !stored) return undefined;
    const key = `${source.name} ${form}`;
    const known = this.#arranged.get(key) ?? this.#store(source.name, arrange(stored));
    this.#arranged.set(key, known);
    return known;
  }

  /** The node behind Identity and ReadVariableOp. */
  #source(tensor: string): TfNode | undefined {
    let node = this.#byName.get(nodeOf(tensor));
    while (node && (node.op === 'Identity' || node.op === 'ReadVariableOp')) node = this.#byName.get(nodeOf(node.inputs[0] ?? ''));
    return node;
  }

  /** Variables become parameters. Constants become Constant nodes: whether one is a weight shows in where it is used. */
  #store(tensor: string, value: Tensor): string {
    const source = this.#source(tensor)?.name ?? tensor;
    if (this.#graph.variables.has(source)) return this.#emitter.initializer(source, value);
    return this.#emitter.node(source, 'Constant', [], { value })[0] ?? '';
  }

  #convertNode(node: TfNode): void {
    const start = this.#emitter.nodeCount;
    if (this.stored(node.name) && (node.op === 'Identity' || node.op === 'ReadVariableOp')) return;
    const converter = opConverters[node.op];
    if (!converter) return;
    const made = converter(new OpScope(node, this.#emitter, this));
    const outputs = typeof made === 'string' ? [made] : made;
    const names = this.#named(node, outputs, start);
    this.#emitter.rename(names, start);
    for (const [i, output] of outputs.entries()) this.#values.set(i === 0 ? node.name : `${node.name}:${i}`, names.get(output) ?? output);
  }

  /** New names for the values that were made for the node: TensorFlow's own. */
  #named(node: TfNode, outputs: readonly string[], start: number): Map<string, string> {
    const names = new Map<string, string>();
    for (const [i, output] of outputs.entries()) {
      const wanted = i === 0 ? node.name : `${node.name}:${i}`;
      if (this.#emitter.isMadeSince(output, start) && this.#emitter.isFree(wanted) && !names.has(output)) names.set(output, wanted);
    }
    return names;
  }

  #output({ name, tensor, type, dims }: TfPort): ValueInfo {
    const value = this.value(tensor);
    const inferred = this.#emitter.type(value);
    const output = value === name ? name : (this.#emitter.node(name, 'Identity', [value])[0] ?? '');
    const known: readonly Dim[] | undefined = dims ?? inferred?.dims.map(() => null);
    const element = isDataType(type) ? type : (inferred?.type ?? 'unknown');
    return { name: output, type: { kind: 'tensor', type: element, dims: known?.map((dim, axis) => dim ?? (axis === 0 ? 'batch' : null)) } };
  }
}
