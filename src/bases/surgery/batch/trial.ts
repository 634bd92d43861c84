import { fail, isFloat, type Tensor, toNumbers } from '../../../core/index.js';
import {
  type AttributeValue,
  allNames,
  attributes,
  type Graph,
  NameSource,
  type Node,
  openScope,
  type StandardOp,
  type StaticScope,
  type StoredTensor,
  stateNode,
} from '../../../engine/graph/index.js';
import { type BatchPosition, changedAxis, positionAfterReshape } from './position.js';

/** Ops that keep the elements in their row-major order. */
const RESHAPES: ReadonlySet<string> = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** Ops that read the shape or the type of an input only. */
const ABOUT_SHAPES: ReadonlySet<string> = new Set(['Shape', 'Size', 'CastLike']);

/** The dimensions of the data inputs at the batch size of the file and at another one. */
export interface TwoSizes {
  readonly batch: number;
  readonly stated: Readonly<Record<string, readonly number[]>>;
  readonly other: Readonly<Record<string, readonly number[]>>;
}

/**
 * A graph written anew node by node, whose shapes are known at two batch sizes at once: what differs between the two depends on the batch.
 */
export class BatchTrial {
  readonly batch: number;
  /** Whether an input has further dimensions that are symbolic, which no constant may replace. */
  readonly hasOtherSymbols: boolean;
  readonly #stated: StaticScope;
  readonly #other: StaticScope;
  readonly #initializers: Map<string, StoredTensor>;
  readonly #nodes: Node[] = [];
  readonly #producers = new Map<string, Node>();
  readonly #positions = new Map<string, BatchPosition>();
  readonly #names: NameSource;
  readonly #input: string;
  #batchVector: string | undefined;

  /** @param graph its data inputs have a symbolic batch dimension */
  constructor(graph: Graph, opset: number, sizes: TwoSizes) {
    this.batch = sizes.batch;
    this.#stated = openScope(graph, opset, sizes.stated);
    this.#other = openScope(graph, opset, sizes.other);
    this.#initializers = new Map(graph.initializers);
    this.#names = new NameSource(allNames(graph));
    const data = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
    this.hasOtherSymbols = data.some(({ type }) => type.kind === 'tensor' && type.dims?.slice(1).some((dim) => typeof dim !== 'number'));
    this.#input = data.find(({ name }) => this.isBatched(name))?.name ?? '';
    for (const { name } of data) if (this.isBatched(name)) this.#positions.set(name, { axis: 0, outer: 1, inner: 1 });
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  get initializers(): ReadonlyMap<string, StoredTensor> {
    return this.#initializers;
  }

  /** Shape of a value at the batch size of the file. */
  dims(name: string): readonly number[] {
    return this.#stated.type(name)?.dims ?? fail('GRAPH_NO_VALUE', { name });
  }

  /** Whether the shape of a value follows the batch size. */
  isBatched(name: string): boolean {
    return !sameElements(this.dims(name), this.#other.type(name)?.dims ?? []);
  }

  /** Where the batch lies in a value; `undefined` where it is nowhere, in two places or in parts. */
  position(name: string): BatchPosition | undefined {
    return this.#positions.get(name);
  }

  producer(name: string): Node | undefined {
    return this.#producers.get(name);
  }

  /** The data of a value that is the same at both batch sizes; parameters included. */
  constant(name: string): Tensor | undefined {
    const [stated, other] = [this.#stated.constant(name), this.#other.constant(name)];
    if (stated === other) return stated;
    return stated && other && sameElements(stated.data, other.data) ? stated : undefined;
  }

  /** Whether a known value is computed from parameters, which training changes: it must stay computed. */
  isComputedFromParameters(name: string): boolean {
    return this.#producers.has(name) && !this.#stated.isFoldable(name);
  }

  /** Positions of the elements of a known vector that depend on the batch size. */
  changingElements(name: string): number[] {
    const [stated, other] = [this.#stated.constant(name), this.#other.constant(name)];
    return stated && other ? toNumbers(stated).flatMap((number, at) => (number === Number(other.data[at]) ? [] : [at])) : [];
  }

  /** The numbers of an input that are the same at both batch sizes. */
  fixedNumbers(node: Node, index: number): readonly number[] | undefined {
    const name = node.inputs[index];
    const value = name ? this.constant(name) : undefined;
    return value && toNumbers(value);
  }

  /** Shape of a node's first output at the batch size of the file. */
  outputDims(node: Node): readonly number[] {
    stateNode(node, this.#stated);
    return this.dims(node.outputs[0] as string);
  }

  /** Adds a node, or leaves everything as it was. @throws SHAPE_ errors where it cannot run at the other batch size, BATCH_BAKED */
  add(node: Node): void {
    stateNode(node, this.#stated);
    stateNode(node, this.#other);
    this.#checkSamples(node);
    const outputs = node.outputs.filter((name) => name !== '');
    const positions = outputs.map((output) => (this.isBatched(output) ? this.#locate(node, output) : undefined));
    this.#nodes.push(node);
    for (const [index, output] of outputs.entries()) {
      const position = positions[index];
      this.#producers.set(output, node);
      if (position) this.#positions.set(output, position);
    }
  }

  /** Adds a new node and returns its output. */
  make(op: StandardOp, inputs: readonly string[], hint: string, values: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = this.#names.fresh(hint);
    this.add({ name: output, op, domain: '', inputs, outputs: [output], attributes: attributes(values) });
    return output;
  }

  /** Adds a node of one output once more, with other inputs, and returns its new output. */
  repeat(node: Node, inputs: readonly string[], hint: string): string {
    const output = this.#names.fresh(hint);
    this.add({ ...node, name: output, inputs, outputs: [output] });
    return output;
  }

  /** A new constant: a node, or an initialiser where it takes the place of one that training may change. */
  store(tensor: Tensor, hint: string, like?: string): string {
    if (!isFloat(tensor.type) || like === undefined || !this.#initializers.has(like)) return this.make('Constant', [], hint, { value: tensor });
    const name = this.#names.fresh(hint);
    this.#initializers.set(name, tensor);
    for (const scope of [this.#stated, this.#other]) scope.store(name, tensor, false);
    return name;
  }

  /** A 1-D int64 constant. */
  ints(values: readonly number[], hint: string): string {
    return this.store({ type: 'int64', dims: [values.length], data: BigInt64Array.from(values, BigInt) }, hint);
  }

  /** The batch size as a vector `[1]`, read from the first data input. */
  batchVector(): string {
    this.#batchVector ??= this.make('Shape', [this.#input], 'batch_size', { start: 0, end: 1 });
    return this.#batchVector;
  }

  /** A node that reads every sample and gives nothing for each of them mixes samples, or picks one of those the file was made with. */
  #checkSamples(node: Node): void {
    if (ABOUT_SHAPES.has(node.op) || !node.inputs.some((name) => name !== '' && this.isBatched(name))) return;
    if (!node.outputs.some((name) => name !== '' && this.isBatched(name))) {
      fail('BATCH_BAKED', { batch: this.batch, op: node.op, node: node.name, reason: 'its result has no row for each sample' });
    }
  }

  #locate(node: Node, output: string): BatchPosition | undefined {
    const dims = this.dims(output);
    const others = this.#other.type(output)?.dims ?? [];
    if (dims.length !== others.length)
      fail('BATCH_BAKED', { batch: this.batch, op: node.op, node: node.name, reason: 'the number of its dimensions depends on the batch size' });
    const axis = changedAxis(dims, others);
    if (axis === undefined) return undefined;
    const size = dims[axis] as number;
    const [first = ''] = node.inputs;
    const from = this.#positions.get(first);
    if (RESHAPES.has(node.op)) {
      const position = from && positionAfterReshape(from, this.dims(first), dims, this.batch);
      return position?.axis === axis ? position : undefined;
    }
    if (size === this.batch) return { axis, outer: 1, inner: 1 };
    const same = node.inputs.flatMap((name) => {
      const position = this.#positions.get(name);
      return position && this.dims(name)[position.axis] === size ? [position] : [];
    });
    return same[0] && { ...same[0], axis };
  }
}

function sameElements(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
