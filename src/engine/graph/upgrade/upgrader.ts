import { type DataType, fail, fromNumbers, type Tensor } from '../../../core/index.js';
import { type AttributeValue, attributes } from '../attributes.js';
import { constantValue } from '../constants.js';
import { int64Tensor } from '../int64.js';
import type { Dim, Graph, Node, StoredTensor } from '../model.js';
import type { StandardOp } from '../ops.js';
import { mapSubgraphs, type NameSource, useDef } from '../walk.js';
import type { UpgradeContext, UpgradeRow } from './row.js';
import { type Sketch, sketchNode, sketchOfType } from './sketch.js';
import { upgradeRows } from './table.js';

const UNKNOWN: Sketch = { type: undefined, dims: undefined };

const rowsByOp = new Map<string, UpgradeRow[]>();
for (const row of upgradeRows) for (const op of row.ops) rowsByOp.set(op, [...(rowsByOp.get(op) ?? []), row]);

function rowFor(op: string, opset: number): UpgradeRow | undefined {
  return rowsByOp.get(op)?.find((row) => row.from <= opset && opset < row.to);
}

/** Upgrades the nodes of one graph, and of its subgraphs by an Upgrader of their own that also sees this one's values. */
export class Upgrader implements UpgradeContext {
  readonly #opset: number;
  readonly #names: NameSource;
  readonly #outer: Upgrader | undefined;
  readonly #sketches = new Map<string, Sketch>();
  readonly #constants = new Map<string, StoredTensor>();
  readonly #shared = new Map<string, string>();
  #nodes: Node[] = [];
  #isUsed: (name: string) => boolean = () => true;

  constructor(opset: number, names: NameSource, outer?: Upgrader) {
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
    return { ...graph, nodes: this.nodes(graph.nodes, (name) => uses.isOutput(name) || uses.consumers(name).length > 0) };
  }

  nodes(nodes: readonly Node[], isUsed: (name: string) => boolean): readonly Node[] {
    this.#isUsed = isUsed;
    this.#nodes = [];
    for (const node of nodes) this.#node(mapSubgraphs(node, (body) => new Upgrader(this.#opset, this.#names, this).graph(body)));
    return this.#nodes;
  }

  #node(original: Node): void {
    let node: Node | undefined = original;
    let opset = this.#opset;
    while (node) {
      const row: UpgradeRow | undefined = node.domain === '' ? rowFor(node.op, opset) : undefined;
      if (!row) break;
      node = row.convert(node, this);
      opset = row.to;
    }
    if (node) this.emit(node);
  }

  emit(node: Node): void {
    this.#nodes.push(node);
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
    const name = this.#names.fresh(`upgrade/${op}`);
    this.emit({ name, op, domain: '', inputs, outputs: [name], attributes: attributes(values) });
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
    return fail('GRAPH_UPGRADE', { op: node.op, node: node.name, opset: this.#opset, reason });
  }
}
