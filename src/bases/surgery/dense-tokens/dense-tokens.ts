import { fromNumbers, int64, RegraftError, type Tensor } from '../../../core/index.js';
import {
  type AttributeValue,
  allNames,
  attribute,
  type Graph,
  inferTypes,
  MODERN_OPSET,
  type Model,
  NameSource,
  type Node,
  pruneUnused,
  type StandardOp,
  type TensorType,
  topologicalOrder,
  type ValueInfo,
} from '../../../engine/graph/index.js';
import { makeNode } from '../nodes.js';
import { Finder, findMaskedPlaces, findSparseTokens, type MaskedPlaces, type SparseTokens } from './find.js';
import { isRowwise } from './rowwise.js';
import { hasUnitLength } from './unit-length.js';

/** A model of texts that takes token ids as one matrix. */
export interface DenseTokens {
  readonly model: Model;
  /** Name of its only input, int64 `[N, T]`. */
  readonly input: string;
  /** The id that fills texts up to the longest one of their batch. */
  readonly padding: number;
  /** Tokens of a text beyond this many do not count; `undefined` where all do. */
  readonly length: number | undefined;
  /** The output, where it is an embedding: the model has no head, and a new one reads this. */
  readonly features: string | undefined;
}

/** Sizes at which the result is checked; their product is no width of a network. */
const TEXTS = 13;
const TOKENS = 29;
const BATCH = 'batch';
const SEQUENCE = 'sequence';

/**
 * A model that takes token ids as a sparse matrix (places `[n, 2]` and ids `[n]`) and computes on the tokens alone, made to take the matrix itself,
 * padded. Such models gather the rows of all tokens, compute on each, and scatter the results among zeros; how many rows there are depends on
 * the texts. Here every place of the matrix has its row, and results at padding are set to zero, so outputs are those of the sparse model.
 * Parameters keep their names. `undefined` for a model of another kind, and for one that computes across rows.
 *
 * @param model as `prepareModel` returns it
 */
export function denseTokens(model: Model): DenseTokens | undefined {
  const finder = new Finder(model);
  const sparse = findSparseTokens(finder);
  const masked = sparse ? findMaskedPlaces(finder, sparse) : [];
  if (!sparse || masked.length === 0) return undefined;
  const made = new Densifier(model, finder, sparse).graph(masked);
  if (made === undefined) return undefined;
  const features = made.graph.outputs.map(({ name }) => name).find((name) => hasUnitLength(finder, name));
  return { model: { ...model, graph: made.graph }, input: made.input, padding: sparse.padding, length: sparse.length, features };
}

/** The output with the dimensions that were found for it. */
function withDims(output: ValueInfo, types: ReadonlyMap<string, TensorType>): ValueInfo {
  const { type, dims } = types.get(output.name) as TensorType;
  const named = dims.map((dim) => (dim === TEXTS ? BATCH : dim === TOKENS ? SEQUENCE : dim));
  return { name: output.name, type: { kind: 'tensor', type, dims: named } };
}

class Densifier {
  readonly #model: Model;
  readonly #finder: Finder;
  readonly #tokens: SparseTokens;
  readonly #names: NameSource;
  readonly #nodes: Node[] = [];
  /** Values that have a row for each place of the matrix. */
  readonly #rows: string[] = [];
  /** Values that have the shape of the matrix again. */
  readonly #ends = new Set<string>();

  constructor(model: Model, finder: Finder, tokens: SparseTokens) {
    this.#model = model;
    this.#finder = finder;
    this.#tokens = tokens;
    this.#names = new NameSource(allNames(model.graph));
  }

  graph(masked: readonly MaskedPlaces[]): { graph: Graph; input: string } | undefined {
    const { graph } = this.#model;
    const { places, ids, kept, matrix, length = TOKENS } = this.#tokens;
    const input = this.#names.fresh('input_ids');
    this.#matrix(input);
    const instead = new Map([[kept, this.#ids(masked[0]?.mask as string)]]);
    for (const found of masked) instead.set(found.places, this.#grid(found.mask));
    const written = new Set([matrix]);
    for (const node of graph.nodes) if (this.#rowsOf(node, masked)) written.add(node.outputs[0] as string);
    const renamed = graph.nodes
      .filter(({ outputs }) => !written.has(outputs[0] ?? ''))
      .map((node) => ({ ...node, inputs: node.inputs.map((name) => instead.get(name) ?? name) }));
    const info: ValueInfo = { name: input, type: { kind: 'tensor', type: 'int64', dims: [BATCH, SEQUENCE] } };
    const inputs = [info, ...graph.inputs.filter(({ name }) => name !== places && name !== ids)];
    const { sorted, stuck } = topologicalOrder([...this.#nodes, ...renamed]);
    const dense = pruneUnused({ ...graph, inputs, nodes: [...sorted], valueInfo: new Map() });
    const types = stuck.length === 0 ? this.#types(dense, input) : undefined;
    const rows = this.#rows.filter((name) => types?.has(name));
    if (types === undefined || !isRowwise(dense, types, rows, this.#ends, TEXTS * Math.min(TOKENS, length))) return undefined;
    return { graph: { ...dense, outputs: dense.outputs.map((output) => withDims(output, types)) }, input };
  }

  /** `undefined` where the graph has another input, or where shapes still depend on the texts. */
  #types(graph: Graph, input: string): ReadonlyMap<string, TensorType> | undefined {
    try {
      return inferTypes(graph, this.#model.opsets.get('') ?? MODERN_OPSET, { [input]: [TEXTS, TOKENS] }).types;
    } catch (error) {
      if (error instanceof RegraftError) return undefined;
      throw error;
    }
  }

  /** The matrix, cut at the greatest length, in the type that it had. */
  #matrix(input: string): void {
    const { matrix, length } = this.#tokens;
    if (length === undefined) this.#nodes.push(makeNode('Identity', [input], matrix));
    else this.#nodes.push(makeNode('Slice', [input, this.#ints([0]), this.#ints([length]), this.#ints([1])], matrix));
  }

  /** The ids in rows `[N·T]`, with 0 for padding, which must be the place of a row in a table, too. */
  #ids(mask: string): string {
    const none = this.#constant(int64([], [0]));
    return this.#row('Reshape', [this.#op('Where', [mask, this.#tokens.matrix, none]), this.#ints([-1])]);
  }

  /** The places `[N·T, 2]` of all elements of the matrix. */
  #grid(mask: string): string {
    const dims = this.#op('Shape', [mask]);
    const along = (axis: number): string => {
      const count = this.#op('Gather', [dims, this.#constant(int64([], [axis]))]);
      const steps = this.#op('Range', [this.#constant(int64([], [0])), count, this.#constant(int64([], [1]))]);
      const column = axis === 0 ? this.#op('Unsqueeze', [steps, this.#ints([1])]) : steps;
      return this.#op('Reshape', [this.#op('Expand', [column, dims]), this.#ints([-1, 1])]);
    };
    return this.#row('Concat', [along(0), along(1)], { axis: 1 });
  }

  /** Writes what gathers rows of tokens, or scatters them, anew for rows of all places. */
  #rowsOf({ op, domain, inputs, outputs: [output = ''], ...node }: Node, masked: readonly MaskedPlaces[]): boolean {
    const places = this.#finder.source(inputs[1] ?? '', 'Cast', 'Identity');
    const found = masked.find((candidate) => candidate.places === places);
    if (domain !== '' || found === undefined) return false;
    const whole = { op, domain, inputs, outputs: [output], ...node };
    if (op === 'GatherND' && attribute.int(whole, 'batch_dims', 0) === 0) this.#gather(inputs[0] as string, output);
    else if (op === 'ScatterND' && this.#isEmpty(inputs[0])) this.#scatter(inputs[2] as string, found.mask, output);
    else return false;
    return true;
  }

  #isEmpty(name: string | undefined): boolean {
    return this.#finder.number(this.#finder.made(name, 'Expand')?.inputs[0]) === 0;
  }

  #gather(value: string, output: string): void {
    const inner = this.#op('Slice', [this.#op('Shape', [value]), this.#ints([2]), this.#ints([8])]);
    this.#nodes.push(makeNode('Reshape', [value, this.#op('Concat', [this.#ints([-1]), inner], { axis: 0 })], output));
    this.#rows.push(output);
  }

  #scatter(rows: string, mask: string, output: string): void {
    const inner = this.#op('Slice', [this.#op('Shape', [rows]), this.#ints([1]), this.#ints([8])]);
    const dims = this.#op('Concat', [this.#op('Shape', [mask]), inner], { axis: 0 });
    const shaped = this.#op('Reshape', [rows, dims]);
    this.#ends.add(shaped);
    const isToken = this.#op('Unsqueeze', [mask, this.#ints([-1])]);
    this.#nodes.push(makeNode('Where', [isToken, shaped, this.#constant(fromNumbers('float32', [], [0]))], output));
  }

  #row(op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}): string {
    const name = this.#op(op, inputs, values);
    this.#rows.push(name);
    return name;
  }

  #op(op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}): string {
    const name = this.#names.fresh(`tokens/${op}`);
    this.#nodes.push(makeNode(op, inputs, name, values));
    return name;
  }

  #ints(values: readonly number[]): string {
    return this.#constant(int64([values.length], values));
  }

  #constant(tensor: Tensor): string {
    const name = this.#names.fresh('tokens/constant');
    this.#nodes.push(makeNode('Constant', [], name, { value: tensor }));
    return name;
  }
}
