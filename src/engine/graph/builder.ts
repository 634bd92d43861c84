import { allocate, bytesOf, type DataType, fail, fromNumbers, sizeOf, type Tensor } from '../../core/index.js';
import { type AttributeValue, attributes } from './attributes.js';
import { elementTypeNumber } from './element-types.js';
import type { Graph, Model, Node, TensorType, ValueInfo } from './model.js';
import type { StandardOp } from './ops.js';
import { inferNode } from './shapes/index.js';
import { reads } from './walk.js';

/** A value of a graph under construction, with its static type. */
export interface Value extends TensorType {
  readonly name: string;
}

/** An operand: a value, or a number that becomes a scalar constant of the other operand's type. */
export type Operand = Value | number;

/**
 * Adds nodes to a graph and knows the type and shape of every value as it goes. Names it makes up never clash with the
 * graph's own. Equal small constants are stored once.
 */
export class GraphBuilder {
  readonly opset: number;
  readonly #nodes: Node[] = [];
  readonly #inputs: Value[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #values = new Map<string, Value>();
  readonly #constants = new Map<string, Value>();
  readonly #counters = new Map<string, number>();

  constructor(opset: number) {
    this.opset = opset;
  }

  /** A builder that already holds `graph`; `types` are those of all its values. */
  static from(graph: Graph, types: ReadonlyMap<string, TensorType>, opset: number): GraphBuilder {
    const builder = new GraphBuilder(opset);
    for (const [name, type] of types) builder.#values.set(name, { name, type: type.type, dims: type.dims });
    for (const [name, stored] of graph.initializers) {
      if (stored.type === 'opaque') fail('TENSOR_OPAQUE', { name });
      builder.#initializers.set(name, stored);
    }
    for (const input of graph.inputs) if (!graph.initializers.has(input.name)) builder.#inputs.push(builder.value(input.name));
    builder.#nodes.push(...graph.nodes);
    return builder;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  get initializers(): ReadonlyMap<string, Tensor> {
    return this.#initializers;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** @throws GRAPH_NO_VALUE when the graph has no value of that name. */
  value(name: string): Value {
    return this.#values.get(name) ?? fail('GRAPH_NO_VALUE', { name });
  }

  /** The data of a value known at compile time: an initialiser. */
  constantOf(value: Value): Tensor | undefined {
    return this.#initializers.get(value.name);
  }

  input(name: string, type: DataType, dims: readonly number[]): Value {
    const value = this.#declare(name, { type, dims });
    this.#inputs.push(value);
    return value;
  }

  /** Turns an initialiser into an input of the same name, so that its value is given at every run. */
  promote(name: string): Value {
    const value = this.value(name);
    if (!this.#initializers.delete(name)) fail('GRAPH_NO_VALUE', { name });
    this.#inputs.push(value);
    return value;
  }

  initializer(name: string, tensor: Tensor): Value {
    this.#initializers.set(name, tensor);
    return this.#declare(name, tensor);
  }

  /** A constant; the same small tensor twice is one initialiser. */
  constant(tensor: Tensor): Value {
    const key = tensor.data.length <= 64 ? `${tensor.type}:${tensor.dims.join(',')}:${bytesOf(tensor).join(',')}` : undefined;
    const existing = key === undefined ? undefined : this.#constants.get(key);
    if (existing) return existing;
    const value = this.initializer(this.fresh('const'), tensor);
    if (key !== undefined) this.#constants.set(key, value);
    return value;
  }

  scalar(type: DataType, value: number): Value {
    return this.constant(fromNumbers(type, [], [value]));
  }

  /** A 1-D int64 constant: axes, shapes, pads. */
  ints(values: readonly number[]): Value {
    return this.constant(fromNumbers('int64', [values.length], values));
  }

  /** A constant tensor with every element `value`. */
  full(type: DataType, dims: readonly number[], value: number): Value {
    const data = allocate(type, sizeOf(dims));
    const one = fromNumbers(type, [], [value]).data[0] as number & bigint;
    data.fill(one as never);
    return this.constant({ type, dims, data });
  }

  /** Adds a node and returns its first output. */
  op(op: StandardOp, inputs: readonly (Value | undefined)[], values: Readonly<Record<string, AttributeValue>> = {}): Value {
    return this.outputs(op, inputs, values, 1)[0] as Value;
  }

  /** Adds a node with `count` outputs. */
  outputs(op: StandardOp, inputs: readonly (Value | undefined)[], values: Readonly<Record<string, AttributeValue>>, count: number): Value[] {
    const names = Array.from({ length: count }, () => this.fresh(op));
    return this.node({
      name: names[0] as string,
      op,
      domain: '',
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: names,
      attributes: attributes(values),
    });
  }

  /** Adds a finished node; its inputs must already be values of this graph. */
  node(node: Node): Value[] {
    const types = inferNode(node, {
      opset: this.opset,
      type: (name) => this.#values.get(name),
      constant: (name) => this.#initializers.get(name),
    });
    this.#nodes.push(node);
    return node.outputs.map((name, index) =>
      this.#declare(name, types[index] ?? fail('GRAPH_NO_TYPE', { value: name, op: node.op, node: node.name })),
    );
  }

  /** Puts the nodes that `build` adds in the place of a node with one output; the value that it returns takes that output's name. */
  replace(node: Node, build: () => Value): void {
    const end = this.#nodes.length;
    const made = build();
    this.#nodes.push({ name: this.fresh('Identity'), op: 'Identity', domain: '', inputs: [made.name], outputs: node.outputs, attributes: {} });
    this.#nodes.splice(this.#nodes.indexOf(node), 1, ...this.#nodes.splice(end));
  }

  /** A value name nothing else uses, beginning with `hint`. */
  fresh(hint: string): string {
    for (;;) {
      const count = this.#counters.get(hint) ?? 0;
      this.#counters.set(hint, count + 1);
      const name = `${hint}_${count}`;
      if (!this.#values.has(name)) return name;
    }
  }

  /** The graph computing `outputs`, without the nodes, inputs and initialisers nothing needs. */
  finish(outputs: readonly Value[], name = 'regraft'): Graph {
    const needed = new Set(outputs.map((output) => output.name));
    const nodes: Node[] = [];
    for (let i = this.#nodes.length - 1; i >= 0; i--) {
      const node = this.#nodes[i] as Node;
      if (!node.outputs.some((output) => needed.has(output))) continue;
      for (const input of reads(node)) needed.add(input);
      nodes.push(node);
    }
    const initializers = new Map([...this.#initializers].filter(([key]) => needed.has(key)));
    return {
      name,
      nodes: nodes.reverse(),
      inputs: this.#inputs.filter((input) => needed.has(input.name)).map(infoOf),
      outputs: outputs.map(infoOf),
      initializers,
      valueInfo: new Map(),
    };
  }

  model(outputs: readonly Value[]): Model {
    return {
      irVersion: 10,
      producer: { name: 'regraft', version: '' },
      opsets: new Map([['', this.opset]]),
      metadata: new Map(),
      functions: [],
      graph: this.finish(outputs),
    };
  }

  #declare(name: string, { type, dims }: TensorType): Value {
    if (name === '') return { name, type, dims };
    const value = { name, type, dims };
    this.#values.set(name, value);
    return value;
  }

  // The operators that rules and losses write most; a number operand takes the other's type.

  add = (a: Operand, b: Operand): Value => this.#binary('Add', a, b);
  sub = (a: Operand, b: Operand): Value => this.#binary('Sub', a, b);
  mul = (a: Operand, b: Operand): Value => this.#binary('Mul', a, b);
  div = (a: Operand, b: Operand): Value => this.#binary('Div', a, b);
  pow = (a: Operand, b: Operand): Value => this.#binary('Pow', a, b);
  less = (a: Operand, b: Operand): Value => this.#binary('Less', a, b);
  greater = (a: Operand, b: Operand): Value => this.#binary('Greater', a, b);
  equal = (a: Operand, b: Operand): Value => this.#binary('Equal', a, b);
  neg = (x: Value): Value => this.op('Neg', [x]);
  exp = (x: Value): Value => this.op('Exp', [x]);
  log = (x: Value): Value => this.op('Log', [x]);
  sqrt = (x: Value): Value => this.op('Sqrt', [x]);
  reciprocal = (x: Value): Value => this.op('Reciprocal', [x]);
  matMul = (a: Value, b: Value): Value => this.op('MatMul', [a, b]);
  where = (condition: Value, a: Operand, b: Operand): Value => {
    const type = typeof a === 'number' ? (typeof b === 'number' ? 'float32' : b.type) : a.type;
    return this.op('Where', [condition, this.#operand(a, type), this.#operand(b, type)]);
  };
  cast = (x: Value, type: DataType): Value => (x.type === type ? x : this.op('Cast', [x], { to: elementTypeNumber(type) }));

  /** `x` in the shape `dims`; `x` itself where it already has it. */
  reshape = (x: Value, dims: readonly number[]): Value =>
    sameDims(x.dims, dims) ? x : this.op('Reshape', [x, this.ints(dims)], { allowzero: dims.includes(0) ? 1 : undefined });

  transpose = (x: Value, perm: readonly number[]): Value => (perm.every((axis, i) => axis === i) ? x : this.op('Transpose', [x], { perm }));

  /** `x` repeated to the shape `dims`. ONNX Runtime does not expand 1 to 0: an empty result is a constant. */
  expand = (x: Value, dims: readonly number[]): Value => {
    if (sameDims(x.dims, dims)) return x;
    return dims.includes(0) ? this.full(x.type, dims, 0) : this.op('Expand', [x, this.ints(dims)]);
  };

  reduceSum = (x: Value, axes: readonly number[], keepdims = true): Value => this.#reduce('ReduceSum', x, axes, keepdims);
  reduceMean = (x: Value, axes: readonly number[], keepdims = true): Value => this.#reduce('ReduceMean', x, axes, keepdims);
  reduceMax = (x: Value, axes: readonly number[], keepdims = true): Value => this.#reduce('ReduceMax', x, axes, keepdims);

  slice = (x: Value, starts: readonly number[], ends: readonly number[], axes: readonly number[], steps?: readonly number[]): Value =>
    this.op('Slice', [x, this.ints(starts), this.ints(ends), this.ints(axes), steps && this.ints(steps)]);

  concat = (parts: readonly Value[], axis: number): Value => (parts.length === 1 ? (parts[0] as Value) : this.op('Concat', parts, { axis }));

  /** Sums `x` down to `dims`, undoing NumPy broadcasting from `dims` to `x.dims`. */
  reduceTo = (x: Value, dims: readonly number[]): Value => {
    const lead = x.dims.length - dims.length;
    const axes = x.dims.map((_, axis) => axis).filter((axis) => axis < lead || (dims[axis - lead] === 1 && x.dims[axis] !== 1));
    return this.reshape(axes.length === 0 ? x : this.reduceSum(x, axes), dims);
  };

  #reduce(op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax', x: Value, axes: readonly number[], keepdims: boolean): Value {
    return axes.length === 0 ? x : this.op(op, [x, this.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  }

  #binary(op: StandardOp, a: Operand, b: Operand): Value {
    const type = typeof a === 'number' ? (typeof b === 'number' ? 'float32' : b.type) : a.type;
    return this.op(op, [this.#operand(a, type), this.#operand(b, type)]);
  }

  #operand(operand: Operand, type: DataType): Value {
    return typeof operand === 'number' ? this.scalar(type, operand) : operand;
  }
}

function infoOf(value: Value): ValueInfo {
  return { name: value.name, type: { kind: 'tensor', type: value.type, dims: value.dims } };
}

function sameDims(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}
