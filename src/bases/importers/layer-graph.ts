import { type DataType, fail, fromNumbers, type Tensor } from '../../core/index.js';
import {
  type AttributeValue,
  attributes,
  type Dim,
  type Graph,
  type Node,
  oddAttribute,
  type StandardOp,
  type ValueInfo,
} from '../../engine/graph/index.js';

/** An ONNX graph that layers are added to. All names are unique in it. */
export class LayerGraph {
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #names = new Set<string>();

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

  /** The first of `names` that is free, else the last one with a number; it is not reserved yet. */
  free(...names: readonly string[]): string {
    const last = names.at(-1) ?? '';
    for (let count = 1; ; count++) {
      const found = [...names, `${last}_${count}`].find((name) => !this.#names.has(name));
      if (found !== undefined) return found;
    }
  }

  /** @throws IMPORT_TOPOLOGY for sizes that make no sense */
  input(name: string, type: DataType, dims: readonly Dim[]): void {
    this.#inputs.push(infoOf(name, type, dims));
  }

  /** Adds a node with one output, whose value is named `name` and which is named like it. @throws IMPORT_TOPOLOGY for attributes that make no sense */
  node(name: string, op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}, outputs = 1): string[] {
    const names = Array.from({ length: outputs }, (_, i) => this.unique(i === 0 ? name : `${name}/${i}`));
    const node = { name: names[0] ?? name, op, domain: '', inputs, outputs: names, attributes: attributes(values) };
    const odd = oddAttribute(node.attributes);
    if (odd !== undefined) fail('IMPORT_TOPOLOGY', { reason: `"${node.name}" would have the attribute ${odd}` });
    this.#nodes.push(node);
    return names;
  }

  /** Stores a parameter once under its name, however many layers use it. */
  initializer(name: string, make: () => Tensor): string {
    if (!this.#initializers.has(name)) {
      this.#names.add(name);
      this.#initializers.set(name, make());
    }
    return name;
  }

  /** A list of whole numbers (axes, pads, shapes). @throws IMPORT_TOPOLOGY for others */
  ints(name: string, values: readonly number[]): string {
    if (!values.every(Number.isSafeInteger)) fail('IMPORT_TOPOLOGY', { reason: `"${name}" would be [${values.join(', ')}]` });
    const unique = this.unique(name);
    return this.initializer(unique, () => fromNumbers('int64', [values.length], values));
  }

  /** Renames value `from`, made by a node at or after `start`, and its node. */
  rename(from: string, to: string, start: number): boolean {
    const at = this.#nodes.findIndex((node, index) => index >= start && node.outputs.includes(from));
    if (at < 0) return false;
    const swap = (name: string): string => (name === from ? to : name);
    for (let i = at; i < this.#nodes.length; i++) {
      const node = this.#nodes[i] as Node;
      this.#nodes[i] = { ...node, name: swap(node.name), inputs: node.inputs.map(swap), outputs: node.outputs.map(swap) };
    }
    this.#names.add(to);
    return true;
  }

  /** The graph that gives these values. @throws IMPORT_TOPOLOGY for sizes that make no sense */
  finish(name: string, outputs: readonly GraphOutput[]): Graph {
    return {
      name,
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: outputs.map((output) => infoOf(output.name, output.type, output.dims)),
      initializers: this.#initializers,
      valueInfo: new Map(),
    };
  }
}

export interface GraphOutput {
  readonly name: string;
  readonly type: DataType;
  readonly dims: readonly Dim[];
}

function infoOf(name: string, type: DataType, dims: readonly Dim[]): ValueInfo {
  const isSize = (dim: Dim): boolean => typeof dim !== 'number' || (Number.isSafeInteger(dim) && dim >= 0);
  if (!dims.every(isSize)) fail('IMPORT_TOPOLOGY', { reason: `"${name}" would have the shape [${dims.join(', ')}]` });
  return { name, type: { kind: 'tensor', type, dims } };
}
