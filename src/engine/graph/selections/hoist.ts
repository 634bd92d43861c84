import { fromNumbers, type Tensor } from '../../../core/index.js';
import { attributes } from '../attributes.js';
import type { Graph, Node, StoredTensor, TensorType } from '../model.js';
import { allNames, NameSource, pruneUnused, reads } from '../walk.js';
import { hoistRules, selectionOf } from './rules.js';
import { isSame, type Selection, selectedDims } from './selection.js';

export interface Hoisted {
  readonly graph: Graph;
  /** The types of all values. */
  readonly types: ReadonlyMap<string, TensorType>;
}

/**
 * Moves selections of constant positions (a Gather of one, a Slice of neighbours) before the computation that they select from, as far as it goes: of
 * the last block of an encoder whose head reads one token, only keys and values are computed for all. What is computed in part keeps its name.
 *
 * @param types the static types of all values
 */
export function hoistSelections(graph: Graph, types: ReadonlyMap<string, TensorType>): Hoisted {
  const plan = planned(graph, types);
  return plan.size === 0 ? { graph, types } : new Hoister(graph, types, plan).hoist();
}

/** A value that is computed in part, and what of its producer's inputs that takes. */
interface Part {
  readonly selection: Selection;
  readonly inputs: readonly (Selection | undefined)[];
}

type Plan = ReadonlyMap<string, Part>;

function constantOf(graph: Graph): (name: string) => Tensor | undefined {
  return (name) => {
    const stored = graph.initializers.get(name);
    return stored === undefined || stored.type === 'opaque' ? undefined : stored;
  };
}

/** From the outputs back: the values of which all readers read the same part, and whose ops can do with that. */
function planned(graph: Graph, types: ReadonlyMap<string, TensorType>): Plan {
  const plan = new Map<string, Part>();
  /** What is read of a value; `all` where readers differ. */
  const needs = new Map<string, Selection | 'all'>(graph.outputs.map(({ name }) => [name, 'all']));
  const read = (name: string, selection: Selection | undefined): void => {
    const known = needs.get(name);
    const agrees = known === undefined || (known !== 'all' && selection !== undefined && isSame(known, selection));
    needs.set(name, agrees && selection ? selection : 'all');
  };
  const dimsOf = (name: string): readonly number[] => types.get(name)?.dims ?? [];
  const constant = constantOf(graph);
  for (const node of graph.nodes.toReversed()) {
    const part = partOf(node, needs, dimsOf);
    if (part) plan.set(node.outputs[0] ?? '', part);
    const root = part ? undefined : selectionOf(node, dimsOf(node.inputs[0] ?? ''), constant);
    const inputs = part?.inputs ?? [root];
    for (const name of reads(node)) {
      const places = node.inputs.flatMap((input, index) => (input === name ? [inputs[index]] : []));
      for (const place of places.length === 0 ? [undefined] : places) read(name, place);
    }
  }
  return plan;
}

function partOf(node: Node, needs: ReadonlyMap<string, Selection | 'all'>, dimsOf: (name: string) => readonly number[]): Part | undefined {
  const [output = ''] = node.outputs;
  const selection = needs.get(output);
  const rule = node.domain === '' && Object.hasOwn(hoistRules, node.op) ? hoistRules[node.op] : undefined;
  if (!rule || selection === undefined || selection === 'all' || node.outputs.length > 1) return undefined;
  const input = (index: number): readonly number[] | undefined => (node.inputs[index] ? dimsOf(node.inputs[index]) : undefined);
  const inputs = rule({ node, selection, dims: dimsOf(output), input });
  return inputs && { selection, inputs };
}

class Hoister {
  readonly #graph: Graph;
  readonly #plan: Plan;
  readonly #types: Map<string, TensorType>;
  readonly #names: NameSource;
  readonly #nodes: Node[] = [];
  readonly #initializers: Map<string, StoredTensor>;
  /** Selections that were added, by what is selected. */
  readonly #made = new Map<string, string>();

  constructor(graph: Graph, types: ReadonlyMap<string, TensorType>, plan: Plan) {
    this.#graph = graph;
    this.#plan = plan;
    this.#types = new Map(types);
    this.#names = new NameSource(allNames(graph));
    this.#initializers = new Map(graph.initializers);
  }

  hoist(): Hoisted {
    for (const node of this.#graph.nodes) this.#nodes.push(this.#visit(node));
    const graph = pruneUnused({ ...this.#graph, nodes: this.#nodes, initializers: this.#initializers, valueInfo: new Map() });
    return { graph, types: this.#types };
  }

  #visit(node: Node): Node {
    const [output = ''] = node.outputs;
    const part = this.#plan.get(output);
    if (!part) return this.#plan.has(node.inputs[0] ?? '') ? this.#behind(node) : node;
    const { type, dims } = this.#types.get(output) as TensorType;
    const selected = selectedDims(dims, part.selection);
    this.#types.set(output, { type, dims: selected });
    const inputs = node.inputs.map((name, index) => this.#selected(name, part.inputs[index]));
    return { ...node, inputs: node.op === 'Reshape' ? [inputs[0] as string, this.#ints(selected)] : inputs };
  }

  /** The selection that was hoisted: what is left of it. */
  #behind(node: Node): Node {
    if (node.op === 'Slice') return { ...node, op: 'Identity', inputs: node.inputs.slice(0, 1), attributes: {} };
    const { dims } = this.#types.get(node.inputs[1] ?? '') as TensorType;
    return { ...node, inputs: [node.inputs[0] as string, this.#constant(fromNumbers('int64', dims, [0]))] };
  }

  /** A part of a value. */
  #selected(name: string, selection: Selection | undefined): string {
    if (selection === undefined || this.#plan.has(name)) return name;
    const key = `${name} ${selection.axis} ${selection.start} ${selection.end}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { type, dims } = this.#types.get(name) as TensorType;
    const made = this.#names.fresh(`${name}/selected`);
    const inputs = [name, ...[selection.start, selection.end, selection.axis].map((value) => this.#ints([value]))];
    this.#nodes.push({ name: made, op: 'Slice', domain: '', inputs, outputs: [made], attributes: attributes({}) });
    this.#types.set(made, { type, dims: selectedDims(dims, selection) });
    this.#made.set(key, made);
    return made;
  }

  #ints(values: readonly number[]): string {
    return this.#constant(fromNumbers('int64', [values.length], values));
  }

  #constant(tensor: Tensor): string {
    const name = this.#names.fresh('selection');
    this.#initializers.set(name, tensor);
    this.#types.set(name, { type: tensor.type, dims: tensor.dims });
    return name;
  }
}
