import type { DataType, Tensor } from '../../../core/index.js';
import {
  type AttributeValue,
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
import { openTypes } from './open-shapes.js';

/** Sizes that stand in for dimensions the model leaves open, where ranks are looked for: one sample, an image of 256 pixels. */
const TRIAL_BATCH = 1;
const TRIAL_SIZE = 256;

/**
 * The ONNX graph under construction. Names are unique in it. Shapes are known for one trial size of the inputs and as far as they can be
 * inferred: good for ranks, not for sizes that depend on the inputs.
 */
export class OnnxEmitter {
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #names = new Set<string>();
  /** Place of the node that makes a value. */
  readonly #producers = new Map<string, number>();
  readonly #scope: StaticScope;

  constructor(inputs: readonly (TfPort & { readonly type: DataType })[]) {
    for (const { name, type, dims } of inputs) {
      const unique = this.unique(name);
      this.#inputs.push({ name: unique, type: { kind: 'tensor', type, dims: dims?.map((dim, axis) => dim ?? symbol(unique, axis)) } });
    }
    const ranked = this.#inputs.filter(({ type }) => type.kind === 'tensor' && type.dims);
    this.#scope = openScope(emptyGraph(ranked), MODERN_OPSET, Object.fromEntries(ranked.map((input) => [input.name, trialDims(input)])));
  }

  get inputs(): readonly ValueInfo[] {
    return this.#inputs;
  }

  get nodeCount(): number {
    return this.#nodes.length;
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

  /** Type of a value at the trial size; `undefined` where it depends on data. */
  type(name: string): TensorType | undefined {
    return this.#scope.types.get(name);
  }

  rank(name: string): number | undefined {
    return this.type(name)?.dims.length;
  }

  /** Adds a node; its values are named `name`, `name:1` … */
  node(name: string, op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}, outputs = 1): string[] {
    const first = this.unique(name);
    const names = [first, ...Array.from({ length: outputs - 1 }, (_, i) => this.unique(`${first}:${i + 1}`))];
    const node: Node = { name: first, op, domain: '', inputs, outputs: names, attributes: attributes(values) };
    for (const output of names) this.#producers.set(output, this.#nodes.length);
    this.#nodes.push(node);
    this.#state(node);
    return names;
  }

  /** The node that made a value, `undefined` for inputs and parameters. */
  producer(name: string): Node | undefined {
    return this.#nodes[this.#producers.get(name) ?? -1];
  }

  /** Puts `node` in the place of the one with the same outputs. */
  replace(node: Node): void {
    this.#nodes[this.#producers.get(node.outputs[0] ?? '') ?? -1] = node;
  }

  initializer(name: string, tensor: Tensor): string {
    const unique = this.unique(name);
    this.#initializers.set(unique, tensor);
    this.#scope.store(unique, tensor, false);
    return unique;
  }

  /** Gives values made at or after node `start` other names. */
  rename(names: ReadonlyMap<string, string>, start: number): void {
    const swap = (name: string): string => names.get(name) ?? name;
    for (let i = start; i < this.#nodes.length; i++) {
      const node = this.#nodes[i] as Node;
      this.#nodes[i] = { ...node, name: swap(node.name), inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
    }
    for (const [from, to] of names) {
      this.#names.add(to);
      this.#producers.set(to, this.#producers.get(from) ?? -1);
      const type = this.#scope.types.get(from);
      if (type) this.#scope.types.set(to, type);
      const constant = this.#scope.constants.get(from);
      if (constant) this.#scope.store(to, constant, true);
    }
  }

  /** Whether a node at or after `start` makes the value. */
  isMadeSince(name: string, start: number): boolean {
    return (this.#producers.get(name) ?? -1) >= start;
  }

  isFree(name: string): boolean {
    return !this.#names.has(name);
  }

  finish(outputs: readonly ValueInfo[]): Graph {
    return { name: 'tensorflow', nodes: this.#nodes, inputs: this.#inputs, outputs, initializers: this.#initializers, valueInfo: new Map() };
  }

  /** Where sizes depend on data, the number of dimensions is inferred. */
  #state(node: Node): void {
    try {
      stateNode(node, this.#scope);
    } catch {
      const types = openTypes(node, this.#scope);
      for (const [i, name] of node.outputs.entries()) {
        const type = types[i];
        if (type) this.#scope.types.set(name, type);
        else this.#scope.types.delete(name);
      }
    }
  }
}

function symbol(input: string, axis: number): Dim {
  return axis === 0 ? 'batch' : `${input}_dim${axis}`;
}

function trialDims({ type }: ValueInfo): readonly number[] {
  const dims = type.kind === 'tensor' ? (type.dims ?? []) : [];
  return dims.map((dim, axis) => (typeof dim === 'number' ? dim : axis === 0 ? TRIAL_BATCH : TRIAL_SIZE));
}

function emptyGraph(inputs: readonly ValueInfo[]): Graph {
  return { name: '', nodes: [], inputs, outputs: [], initializers: new Map(), valueInfo: new Map() };
}
