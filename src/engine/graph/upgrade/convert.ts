import { type DataType, fromNumbers, type Tensor } from '../../../core/index.js';
import { type AttributeValue, attributes } from '../attributes.js';
import { constantValue } from '../constants.js';
import { int64Tensor } from '../int64.js';
import type { Dim, Graph, Node, StoredTensor } from '../model.js';
import type { StandardOp } from '../ops.js';
import { mapSubgraphs, type NameSource, useDef } from '../walk.js';
import type { Convert, ConvertContext } from './row.js';
import { type Sketch, sketchNode, sketchOfType } from './sketch.js';

const UNKNOWN: Sketch = { type: undefined, dims: undefined };

/** Which nodes are converted, and how. */
export interface Conversion {
  /** What the names of new values begin with. */
  readonly prefix: string;
  /** How a node of `opset` is converted, and the opset that the result is of; nothing where the node stays. */
  find(node: Node, opset: number): { readonly convert: Convert; readonly to: number } | undefined;
  /** Says why a node cannot be converted. */
  refuse(node: Node, reason: string): never;
}

/** Converts the nodes of one graph, and of its subgraphs by a Converter of their own that also sees this one's values. */
export class Converter implements ConvertContext {
  readonly #conversion: Conversion;
  readonly #opset: number;
  readonly #names: NameSource;
  readonly #outer: Converter | undefined;
  readonly #sketches = new Map<string, Sketch>();
  readonly #producers = new Map<string, Node>();
  readonly #initializers = new Map<string, Tensor>();
  readonly #constants = new Map<string, StoredTensor>();
  readonly #shared = new Map<string, string>();
  #nodes: Node[] = [];
  #isUsed: (name: string) => boolean = () => true;

  constructor(conversion: Conversion, opset: number, names: NameSource, outer?: Converter) {
    this.#conversion = conversion;
    this.#opset = opset;
    this.#names = names;
    this.#outer = outer;
  }

  graph(graph: Graph): Graph {
    for (const [name, type] of graph.valueInfo) this.#sketches.set(name, sketchOfType(type));
    for (const { name, type } of [...graph.outputs, ...graph.inputs]) this.#sketches.set(name, sketchOfType(type));
    for (const [name, tensor] of graph.initializers) {
      this.#constants.set(name, tensor);
      this.#sketches.set(name, tensor.type === 'opaque' ? UNKNOWN : tensor);
    }
    const uses = useDef(graph);
    const nodes = this.nodes(graph.nodes, (name) => uses.isOutput(name) || uses.consumers(name).length > 0);
    return { ...graph, nodes, initializers: new Map([...graph.initializers, ...this.#initializers]) };
  }

  nodes(nodes: readonly Node[], isUsed: (name: string) => boolean): readonly Node[] {
    this.#isUsed = isUsed;
    this.#nodes = [];
    for (const node of nodes) this.#node(mapSubgraphs(node, (body) => new Converter(this.#conversion, this.#opset, this.#names, this).graph(body)));
    return this.#nodes;
  }

  #node(original: Node): void {
    let node: Node | undefined = original;
    let opset = this.#opset;
    while (node) {
      const change = this.#conversion.find(node, opset);
      if (!change) break;
      node = change.convert(node, this);
      opset = change.to;
    }
    if (node) this.emit(node);
  }

  emit(node: Node): void {
    this.#nodes.push(node);
    for (const name of node.outputs) this.#producers.set(name, node);
    const [output = ''] = node.outputs;
    const constant = constantValue(node);
    if (constant) this.#constants.set(output, constant);
    if (constant && constant.type !== 'opaque') this.#sketches.set(output, constant);
    else
      this.#learn(
        output,
        sketchNode(node, { sketch: (index) => this.#sketch(node.inputs[index]), constant: (index) => this.constantOf(node.inputs[index] ?? '') }),
      );
  }

  /** Keeps what the file states where the sketch knows less. */
  #learn(name: string, { type, dims }: Sketch): void {
    const stated = this.#sketches.get(name);
    this.#sketches.set(name, { type: stated?.type ?? type, dims: stated?.dims ?? dims });
  }

  #sketch(name: string | undefined): Sketch {
    if (!name) return UNKNOWN;
    return this.#sketches.get(name) ?? (this.#outer ? this.#outer.#sketch(name) : UNKNOWN);
  }

  typeOf(name: string): DataType | undefined {
    return this.#sketch(name).type;
  }

  dimsOf(name: string): readonly Dim[] | undefined {
    return this.#sketch(name).dims;
  }

  constantOf(name: string): Tensor | undefined {
    const constant = this.#constants.get(name);
    if (constant) return constant.type === 'opaque' ? undefined : constant;
    return this.#outer?.constantOf(name);
  }

  isUsed(name: string): boolean {
    return name !== '' && this.#isUsed(name);
  }

  add(op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}): string {
    const name = this.#names.fresh(`${this.#conversion.prefix}/${op}`);
    this.emit({ name, op, domain: '', inputs, outputs: [name], attributes: attributes(values) });
    return name;
  }

  producerOf(name: string): Node | undefined {
    return this.#producers.get(name) ?? this.#outer?.producerOf(name);
  }

  fresh(hint: string): string {
    return this.#names.fresh(hint);
  }

  initializer(hint: string, tensor: Tensor): string {
    const name = this.fresh(hint);
    this.#initializers.set(name, tensor);
    this.#constants.set(name, tensor);
    this.#sketches.set(name, tensor);
    return name;
  }

  constant(tensor: Tensor): string {
    return this.add('Constant', [], { value: tensor });
  }

  ints(values: readonly number[]): string {
    const key = values.join();
    const name = this.#shared.get(key) ?? this.constant(int64Tensor(values));
    this.#shared.set(key, name);
    return name;
  }

  scalarLike(value: number, like: string): string {
    const type = this.typeOf(like);
    const constant = this.constant(fromNumbers(type ?? 'float32', [], [value]));
    return type ? constant : this.add('CastLike', [constant, like]);
  }

  refuse(node: Node, reason: string): never {
    return this.#conversion.refuse(node, reason);
  }
}
