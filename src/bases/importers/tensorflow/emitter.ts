import { type DataType, type Tensor, toNumbers } from '../../../core/index.js';
import {
  type AttributeValue,
  attribute,
  attributes,
  type Dim,
  type Graph,
  MODERN_OPSET,
  type Node,
  openScope,
  type StandardOp,
  type StaticScope,
  stateNode,
  type TensorType,
  type ValueInfo,
} from '../../../engine/graph/index.js';
import type { TfPort } from './graph.js';
import { elementType, openTypes } from './open-shapes.js';

/** Sizes that stand in for dimensions the model leaves open, twice: what is the same for both does not depend on them. */
const TRIALS = [
  { batch: 1, size: 256 },
  { batch: 3, size: 320 },
] as const;

/** What is known of two values at one trial size. */
export interface Trial {
  readonly numbers: readonly number[] | undefined;
  readonly dims: readonly number[] | undefined;
}

interface Made {
  /** Counts the nodes in the order in which they were made. */
  readonly serial: number;
  node: Node;
}

/**
 * The ONNX graph under construction. Names are unique in it. Shapes are known for two trial sizes of the inputs and as far as they can be
 * inferred.
 */
export class OnnxEmitter {
  readonly inputs: readonly ValueInfo[];
  #nodes: Made[] = [];
  readonly #constants: Node[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #names = new Set<string>();
  readonly #producers = new Map<string, Made>();
  readonly #scopes: readonly [StaticScope, StaticScope];
  /** Element types of values of which not even the number of dimensions is known. */
  readonly #elements = new Map<string, DataType>();
  #count = 0;

  constructor(inputs: readonly (TfPort & { readonly type: DataType })[]) {
    this.inputs = inputs.map(({ name, type, dims }): ValueInfo => {
      const unique = this.unique(name);
      this.#elements.set(unique, type);
      return { name: unique, type: { kind: 'tensor', type, dims: dims?.map((dim, axis) => dim ?? symbol(unique, axis)) } };
    });
    const ranked = this.inputs.filter(({ type }) => type.kind === 'tensor' && type.dims);
    const scopeFor = (trial: (typeof TRIALS)[number]): StaticScope =>
      openScope(emptyGraph(ranked), MODERN_OPSET, Object.fromEntries(ranked.map((input) => [input.name, trialDims(input, trial)])));
    this.#scopes = [scopeFor(TRIALS[0]), scopeFor(TRIALS[1])];
  }

  /** How many nodes were made. */
  get count(): number {
    return this.#count;
  }

  /** `name`, or `name_1`, `name_2` … where it is taken. */
  unique(name: string): string {
    for (let count = 0; ; count++) {
      const candidate = count === 0 ? name : `${name}_${count}`;
      if (this.#names.has(candidate)) continue;
      this.#names.add(candidate);
      return candidate;
    }
  }

  isFree(name: string): boolean {
    return !this.#names.has(name);
  }

  /** Type of a value at the first trial size, as far as it is known: sizes that depend on data are NaN. */
  type(name: string): TensorType | undefined {
    return this.#scopes[0].types.get(name);
  }

  /** Element type of a value, also where its shape is not known. */
  element(name: string): DataType | undefined {
    return this.type(name)?.type ?? this.#elements.get(name);
  }

  rank(name: string): number | undefined {
    return this.type(name)?.dims.length;
  }

  /** The size along an axis, where it is the same whatever the sizes of the inputs. */
  fixedSize(name: string, axis: number): number | undefined {
    const [size, other] = this.#scopes.map((scope) => scope.types.get(name)?.dims.at(axis));
    return size === other ? size : undefined;
  }

  /** The value, where it follows from the model alone. */
  fixed(name: string): Tensor | undefined {
    const [value, other] = this.#scopes.map((scope) => scope.constants.get(name));
    if (value === other) return value;
    const isSame = value && other && `${value.dims}` === `${other.dims}` && `${toNumbers(value)}` === `${toNumbers(other)}`;
    return isSame ? value : undefined;
  }

  /** The numbers of one value and the dimensions of another, at each trial size. */
  trials(numbersOf: string, dimsOf: string): readonly Trial[] {
    return this.#scopes.map((scope) => {
      const numbers = scope.constants.get(numbersOf);
      return { numbers: numbers && toNumbers(numbers), dims: scope.types.get(dimsOf)?.dims };
    });
  }

  /** Adds a node; its values are named `name`, `name:1` … */
  node(name: string, op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}, outputs = 1): string[] {
    const made = this.#make(name, op, inputs, values, outputs);
    this.#nodes.push(made);
    return [...made.node.outputs];
  }

  /** A constant that can be used everywhere, also in the bodies of other conditionals. */
  shared(name: string, value: Tensor): string {
    const { node } = this.#make(name, 'Constant', [], { value }, 1);
    const [output = ''] = node.outputs;
    // Nobody renames it.
    this.#producers.delete(output);
    this.#constants.push(node);
    return output;
  }

  initializer(name: string, tensor: Tensor): string {
    const unique = this.unique(name);
    this.#initializers.set(unique, tensor);
    for (const scope of this.#scopes) scope.store(unique, tensor, false);
    return unique;
  }

  /** The node that made a value, `undefined` for inputs and parameters. */
  producer(name: string): Node | undefined {
    return this.#producers.get(name)?.node;
  }

  /** Puts `node` in the place of the one with the same outputs. */
  replace(node: Node): void {
    const made = this.#producers.get(node.outputs[0] ?? '');
    if (made) made.node = node;
  }

  /** Whether the value was made when there were `count` nodes, or later. */
  isMadeSince(name: string, count: number): boolean {
    return (this.#producers.get(name)?.serial ?? -1) >= count;
  }

  /** Gives values made when there were `count` nodes, or later, other names. */
  rename(names: ReadonlyMap<string, string>, count: number): void {
    if (names.size === 0) return;
    const swap = (name: string): string => names.get(name) ?? name;
    for (let at = this.#nodes.length - 1; at >= 0; at--) {
      const made = this.#nodes[at] as Made;
      if (made.serial < count) break;
      const { node } = made;
      made.node = { ...node, name: swap(node.name), inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
    }
    for (const [from, to] of names) this.#alias(from, to);
  }

  /** The nodes that `make` adds, as a graph of their own that computes the values it returns. */
  body(name: string, make: () => readonly string[]): Graph {
    const outside = this.#nodes;
    this.#nodes = [];
    const outputs = make().map((value) => this.node(`${name}/output`, 'Identity', [value])[0] as string);
    const nodes = this.#nodes.map(({ node }) => node);
    this.#nodes = outside;
    const info = (output: string): ValueInfo => ({
      name: output,
      type: { kind: 'tensor', type: this.element(output) ?? 'unknown', dims: undefined },
    });
    return { name, nodes, inputs: [], outputs: outputs.map(info), initializers: new Map(), valueInfo: new Map() };
  }

  finish(outputs: readonly ValueInfo[]): Graph {
    const nodes = [...this.#constants, ...this.#nodes.map(({ node }) => node)];
    return { name: 'tensorflow', nodes, inputs: this.inputs, outputs, initializers: this.#initializers, valueInfo: new Map() };
  }

  #make(name: string, op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>>, outputs: number): Made {
    const first = this.unique(name);
    const names = [first, ...Array.from({ length: outputs - 1 }, (_, i) => this.unique(`${first}:${i + 1}`))];
    const made = { serial: this.#count++, node: { name: first, op, domain: '', inputs, outputs: names, attributes: attributes(values) } };
    for (const output of names) this.#producers.set(output, made);
    for (const scope of this.#scopes) state(made.node, scope);
    this.#setElements(made.node);
    return made;
  }

  #setElements(node: Node): void {
    const branch = attribute.graph(node, 'then_branch')?.outputs;
    const inputs = node.inputs.map((name) => this.element(name));
    for (const [i, name] of node.outputs.entries()) {
      const element = branch ? this.element(branch[i]?.name ?? '') : elementType(node, inputs, i);
      if (element) this.#elements.set(name, element);
    }
  }

  #alias(from: string, to: string): void {
    this.#names.add(to);
    const made = this.#producers.get(from);
    if (made) this.#producers.set(to, made);
    const element = this.#elements.get(from);
    if (element) this.#elements.set(to, element);
    for (const scope of this.#scopes) {
      const [type, constant] = [scope.types.get(from), scope.constants.get(from)];
      if (type) scope.types.set(to, type);
      if (constant) scope.store(to, constant, true);
    }
  }
}

/** Where sizes depend on data, the number of dimensions is inferred. */
function state(node: Node, scope: StaticScope): void {
  try {
    stateNode(node, scope);
  } catch {
    const types = openTypes(node, scope);
    for (const [i, name] of node.outputs.entries()) {
      const type = types[i];
      if (type) scope.types.set(name, type);
      else scope.types.delete(name);
    }
  }
}

function symbol(input: string, axis: number): Dim {
  return axis === 0 ? 'batch' : `${input}_dim${axis}`;
}

function trialDims({ type }: ValueInfo, trial: (typeof TRIALS)[number]): readonly number[] {
  const dims = type.kind === 'tensor' ? (type.dims ?? []) : [];
  return dims.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? trial.batch : trial.size));
}

function emptyGraph(inputs: readonly ValueInfo[]): Graph {
  return { name: '', nodes: [], inputs, outputs: [], initializers: new Map(), valueInfo: new Map() };
}
