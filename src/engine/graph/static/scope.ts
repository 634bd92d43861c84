import { fail, type Tensor } from '../../../core/index.js';
import { foldNode } from '../fold/index.js';
import type { Node, StoredTensor, TensorType } from '../model.js';
import type { ShapeScope } from '../shapes/index.js';

/**
 * What is known of the values of a graph during a static walk: types, and the values of those that are constant. Two
 * kinds of values are known: *foldable* ones, which may be computed away, and parameters, which a shape rule may read
 * (the scales of a Resize) but which must stay what they are.
 */
export class StaticScope implements ShapeScope {
  readonly opset: number;
  readonly types = new Map<string, TensorType>();
  /** Constants that may be computed away. */
  readonly constants = new Map<string, Tensor>();
  readonly #stored = new Map<string, StoredTensor>();
  readonly #producers = new Map<string, Node>();
  readonly #parent: StaticScope | undefined;

  constructor(opset: number, parent?: StaticScope) {
    this.opset = opset;
    this.#parent = parent;
  }

  /** Makes an initialiser known; `foldable` unless it is a parameter. */
  store(name: string, tensor: StoredTensor, foldable: boolean): void {
    this.#stored.set(name, tensor);
    if (tensor.type === 'opaque') return;
    this.types.set(name, { type: tensor.type, dims: tensor.dims });
    if (foldable) this.constants.set(name, tensor);
  }

  /** Makes the outputs of a node known as constants. */
  fold(node: Node, values: readonly Tensor[]): void {
    for (const [index, name] of node.outputs.entries()) if (name !== '') this.store(name, values[index] ?? noOutput(node, name), true);
  }

  /** Makes a value known by the node that computes it. */
  define(node: Node, types: readonly TensorType[]): void {
    for (const [index, name] of node.outputs.entries()) {
      if (name === '') continue;
      this.types.set(name, types[index] ?? noOutput(node, name));
      this.#producers.set(name, node);
    }
  }

  /** The type of a value. @throws TENSOR_OPAQUE when it is an initialiser Regraft does not compute with. */
  type(name: string): TensorType | undefined {
    const type = this.types.get(name) ?? this.#parent?.type(name);
    if (type === undefined && this.#stored.get(name)?.type === 'opaque') fail('TENSOR_OPAQUE', { name });
    return type;
  }

  isFoldable(name: string): boolean {
    return this.constants.has(name) || (this.#parent?.isFoldable(name) ?? false);
  }

  /** The value of anything known before the model runs, parameters and what is computed from them included. */
  constant(name: string): Tensor | undefined {
    const known = this.constants.get(name) ?? this.#parent?.constant(name);
    if (known) return known;
    const stored = this.#stored.get(name) ?? this.#computed(name);
    return stored?.type === 'opaque' ? undefined : stored;
  }

  /** The value of a node over parameters, computed because a shape depends on it. */
  #computed(name: string): Tensor | undefined {
    const node = this.#producers.get(name);
    if (!node?.inputs.every((input) => input === '' || this.constant(input) !== undefined)) return undefined;
    const values = foldNode(node, this);
    for (const [index, output] of node.outputs.entries()) {
      const value = values?.[index];
      if (output !== '' && value) this.#stored.set(output, value);
    }
    return values?.[node.outputs.indexOf(name)];
  }
}

function noOutput(node: Node, value: string): never {
  fail('GRAPH_NO_TYPE', { value, op: node.op, node: node.name });
}
