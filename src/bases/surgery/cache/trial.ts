import { type DataType, fail, fromNumbers, type Tensor, toNumbers } from '../../../core/index.js';
import {
  type AttributeValue,
  allNames,
  attributes,
  type Dim,
  elementTypeNumber,
  type Graph,
  inferTypes,
  type Model,
  NameSource,
  type Node,
  openScope,
  type StandardOp,
  type StaticScope,
  type StoredTensor,
  stateNode,
  type TensorType,
  type ValueInfo,
} from '../../../engine/graph/index.js';
import { INPUTS, kindsOf } from './kinds.js';
import { refuse } from './refuse.js';

/** The sizes at which shapes are compared: new tokens `fresh`, in all `past + recent + fresh`. */
const BATCH = 3;
const FRESH = 2;
const PAST = 4;
const RECENT = 1;
const TOTAL = FRESH + PAST + RECENT;

/** The names that the dimensions of the cached graph get, and their sizes in the trial. */
const SYMBOLS: Readonly<Record<string, number>> = { batch: BATCH, sequence: FRESH, past: PAST, recent: RECENT, total: TOTAL };

/**
 * The graph with a cache as it comes into being, beside the plain graph. Of the plain graph the shapes are known for the new tokens alone and
 * for all tokens: a dimension that differs follows the length. In the new graph it has one of both sizes, which tells queries from keys.
 */
export class CacheTrial {
  readonly plain: Graph;
  readonly hasMask: boolean;
  /** Whether the plain graph is told the positions of tokens. */
  readonly hasPositions: boolean;
  readonly newTokens = FRESH;
  readonly nodes: Node[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly initializers: Map<string, StoredTensor>;
  readonly #kinds: ReadonlyMap<string, number>;
  readonly #short: ReadonlyMap<string, TensorType>;
  readonly #long: ReadonlyMap<string, TensorType>;
  readonly #scope: StaticScope;
  readonly #names: NameSource;
  readonly #producers = new Map<string, Node>();
  readonly #constants = new Map<string, string>();

  /** @throws CACHE_NOT_FOUND where the inputs are not those of a language model */
  constructor({ graph, opsets }: Model) {
    const opset = opsets.get('') ?? fail('GRAPH_NO_VALUE', { name: 'opset' });
    const names = dataInputs(graph);
    this.plain = graph;
    this.hasMask = names.includes('attention_mask');
    this.hasPositions = names.includes('position_ids');
    this.#kinds = kindsOf(graph);
    const at = (length: number) => inferTypes(graph, opset, Object.fromEntries(names.map((name) => [name, [BATCH, length]]))).types;
    this.#short = at(FRESH);
    this.#long = at(TOTAL);
    this.initializers = new Map(graph.initializers);
    this.#names = new NameSource([...allNames(graph), ...graph.nodes.map(({ name }) => name), ...names, 'position_ids']);
    this.#scope = openScope({ ...graph, inputs: [], nodes: [] }, opset, {});
    for (const node of graph.nodes) for (const output of node.outputs) this.#producers.set(output, node);
    this.input('input_ids', 'int64', ['batch', 'sequence']);
    if (this.hasMask) this.input('attention_mask', 'int64', ['batch', 'total']);
    if (this.hasPositions || this.hasMask) this.input('position_ids', 'int64', ['batch', 'sequence']);
  }

  /** What a value of the plain graph depends on. */
  kind(name: string): number {
    return this.#kinds.get(name) ?? 0;
  }

  producer(name: string): Node | undefined {
    return this.#producers.get(name);
  }

  /** Shape in the plain graph of the new tokens. */
  short(name: string): readonly number[] {
    return dimsIn(this.#short, name);
  }

  /** Shape in the plain graph of all tokens. */
  long(name: string): readonly number[] {
    return dimsIn(this.#long, name);
  }

  /** Shape in the new graph. */
  dims(name: string): readonly number[] {
    return this.#scope.type(name)?.dims ?? fail('GRAPH_NO_VALUE', { name });
  }

  /** The number ONNX has for the element type of a value of the plain graph. */
  elementType(name: string): number {
    return elementTypeNumber(this.#short.get(name)?.type ?? fail('GRAPH_NO_VALUE', { name }));
  }

  /** Whether an axis (negative: from the end) of a value of the plain graph follows the length. */
  varies(name: string, axis: number): boolean {
    return this.short(name).at(axis) !== this.long(name).at(axis);
  }

  /** The axes that follow the length, counted from the start. */
  varying(name: string): number[] {
    return [...this.short(name).keys()].filter((axis) => this.varies(name, axis));
  }

  /** Whether an axis of a value is that of the new tokens; of the axes that follow the length, the others are those of all tokens. */
  isQuery(name: string, axis: number): boolean {
    return this.varies(name, axis) && this.dims(name).at(axis) === this.short(name).at(axis);
  }

  /** The numbers of a value that is the same in every run. */
  numbers(name: string): readonly number[] | undefined {
    const constant = this.kind(name) === 0 ? this.#scope.constant(name) : undefined;
    return constant && toNumbers(constant);
  }

  input(name: string, type: DataType, dims: readonly Dim[]): string {
    this.inputs.push({ name, type: { kind: 'tensor', type, dims } });
    this.#scope.types.set(name, { type, dims: dims.map((dim) => (typeof dim === 'string' ? (SYMBOLS[dim] as number) : Number(dim))) });
    return name;
  }

  /** Adds a finished node. @throws SHAPE_ errors */
  add(node: Node): void {
    stateNode(node, this.#scope);
    this.nodes.push(node);
  }

  /** Adds a node with one output, whose name begins with `hint`. */
  op(hint: string, op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}): string {
    const name = this.#names.fresh(hint);
    this.add({ name, op, domain: '', inputs, outputs: [name], attributes: attributes(values) });
    return name;
  }

  /** Adds a copy of a node that reads other values. */
  copy(node: Node, inputs: readonly string[], suffix: string): string {
    const outputs = node.outputs.map((output) => output && this.#names.fresh(`${output}/${suffix}`));
    this.add({ ...node, name: outputs[0] as string, inputs, outputs });
    return outputs[0] as string;
  }

  /** A list of whole numbers, stored once. */
  ints(...values: readonly number[]): string {
    return this.#constant(String(values), fromNumbers('int64', [values.length], values));
  }

  /** A whole number. */
  int(value: number): string {
    return this.#constant(`scalar ${value}`, fromNumbers('int64', [], [value]));
  }

  #constant(key: string, tensor: Tensor): string {
    const name = this.#constants.get(key) ?? this.#names.fresh('cache/number');
    if (!this.#constants.has(key)) {
      this.#scope.store(name, tensor, true);
      this.initializers.set(name, tensor);
      this.#constants.set(key, name);
    }
    return name;
  }
}

/** The inputs that are no parameters. @throws CACHE_NOT_FOUND */
function dataInputs(graph: Graph): string[] {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const names = inputs.map(({ name }) => name);
  if (!names.includes('input_ids')) refuse(`it has no input "input_ids" but ${names.map((name) => `"${name}"`).join(', ')}`);
  for (const { name, type } of inputs) {
    if (!(name in INPUTS)) refuse(`it has an input "${name}"`);
    const dims = type.kind === 'tensor' ? type.dims : undefined;
    if (dims?.length !== 2 || dims.some((dim) => typeof dim === 'number')) refuse(`its input "${name}" is not [batch, sequence] of any sizes`);
  }
  return names;
}

function dimsIn(types: ReadonlyMap<string, TensorType>, name: string): readonly number[] {
  return types.get(name)?.dims ?? fail('GRAPH_NO_VALUE', { name });
}
