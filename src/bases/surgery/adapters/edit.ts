import { fromNumbers, type Tensor } from '../../../core/index.js';
import {
  type AttributeValue,
  allNames,
  type Graph,
  type Model,
  NameSource,
  type Node,
  renameNode,
  type StandardOp,
  type StoredTensor,
} from '../../../engine/graph/index.js';
import { makeNode } from '../nodes.js';
import type { AdapterParameter, Edits } from './record.js';

/** Where new nodes are put: right before or behind a node of the base, or before all of them. */
export type Place = { readonly before: Node } | { readonly after: Node } | 'start';

/** Adds nodes and parameters to a model and keeps account of them, so that they can be taken out again. */
export class GraphEdit {
  readonly graph: Graph;
  readonly #names: NameSource;
  readonly #inserted = new Map<Node | 'start', { readonly before: Node[]; readonly after: Node[] }>();
  readonly #changed = new Map<Node, Node>();
  readonly #tensors = new Map<string, Tensor>();
  readonly #parameters: AdapterParameter[] = [];
  readonly #added: string[] = [];
  readonly #aliases: Record<string, string> = {};

  constructor(model: Model) {
    this.graph = model.graph;
    this.#names = new NameSource(allNames(model.graph));
  }

  /**
   * A new trainable tensor; the name is used as it is where it is free.
   * @param kept how files have it, where that is not as it lies in the graph
   */
  parameter(name: string, tensor: Tensor, { turned = false, dims }: Partial<Omit<AdapterParameter, 'name'>> = {}): string {
    const unique = this.#names.fresh(name);
    this.#tensors.set(unique, tensor);
    this.#parameters.push({ name: unique, turned, dims: dims ?? (turned ? tensor.dims.toReversed() : tensor.dims) });
    return unique;
  }

  /** A node whose first output is named `hint`, or `hint_1` … where that is taken. */
  node(place: Place, op: StandardOp, inputs: readonly string[], hint: string, values: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = this.#names.fresh(hint);
    this.#insert(place, makeNode(op, inputs, output, values));
    return output;
  }

  /** A Constant node: a float initialiser would count as a parameter. */
  constant(place: Place, tensor: Tensor, hint: string): string {
    return this.node(place, 'Constant', [], hint, { value: tensor });
  }

  ints(place: Place, values: readonly number[], hint: string): string {
    return this.constant(place, fromNumbers('int64', [values.length], values), hint);
  }

  number(place: Place, value: number, hint: string): string {
    return this.constant(place, fromNumbers('float32', [], [value]), hint);
  }

  /** What `node` gives as `value` is called by the name returned from now on; {@link give} says what readers of `value` see. */
  takeOver(node: Node, value: string): string {
    const inner = this.#names.fresh(`${value}/base`);
    const present = this.#changed.get(node) ?? node;
    this.#changed.set(node, { ...present, outputs: present.outputs.map((name) => (name === value ? inner : name)) });
    this.#aliases[inner] = value;
    return inner;
  }

  /** A node that gives `value`, which was taken over. */
  give(place: Place, op: StandardOp, inputs: readonly string[], value: string, values: Readonly<Record<string, AttributeValue>> = {}): void {
    // The node that gave it has kept its own name, which is often that of the value.
    this.#insert(place, { ...makeNode(op, inputs, value, values), name: this.#names.fresh(`${value}/adapted`) });
  }

  /** From now on `node` reads `other` where it read `value`. */
  redirect(node: Node, value: string, other: string): void {
    this.#changed.set(node, renameNode(this.#changed.get(node) ?? node, new Map([[value, other]])));
    this.#aliases[other] = value;
  }

  #insert(place: Place, node: Node): void {
    const [anchor, side] =
      place === 'start' ? (['start', 'after'] as const) : 'before' in place ? ([place.before, 'before'] as const) : ([place.after, 'after'] as const);
    const lists = this.#inserted.get(anchor) ?? { before: [], after: [] };
    this.#inserted.set(anchor, lists);
    lists[side].push(node);
    this.#added.push(...node.outputs);
  }

  /** What has to be undone to have the base again. */
  get edits(): Edits {
    return { parameters: this.#parameters, added: this.#added, aliases: this.#aliases };
  }

  /** The changed graph. Tensors of the base are the same objects as before. */
  finish(): Graph {
    const { graph } = this;
    const around = (node: Node): readonly Node[] => {
      const { before = [], after = [] } = this.#inserted.get(node) ?? {};
      return [...before, this.#changed.get(node) ?? node, ...after];
    };
    return {
      ...graph,
      nodes: [...(this.#inserted.get('start')?.after ?? []), ...graph.nodes.flatMap(around)],
      initializers: new Map<string, StoredTensor>([...graph.initializers, ...this.#tensors]),
    };
  }
}
