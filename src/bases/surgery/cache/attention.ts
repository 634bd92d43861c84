import { attribute, type Node } from '../../../engine/graph/index.js';
import { DATA } from './kinds.js';
import { type Part, pastName, presentName, recentName } from './names.js';
import { refuse, refuseNode } from './refuse.js';
import type { CacheTrial } from './trial.js';

/** Far beyond any dimension: the end of a Slice that takes everything. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** The products of an attention: which layer, and whether with keys or with values. */
interface Product {
  readonly layer: number;
  readonly part: Part;
}

/**
 * The two products of each attention: queries with keys, where the length becomes the last axis, and weights with values, where it is summed over.
 * Each is computed in two parts, with what was cached long ago and with what was lately, so that nothing large is copied at a step.
 */
export class Attention {
  readonly #trial: CacheTrial;
  readonly #products = new Map<Node, Product>();
  readonly layers: number;

  /** @throws CACHE_NOT_FOUND where there is no attention, or not as many products with values as with keys */
  constructor(trial: CacheTrial) {
    this.#trial = trial;
    const [keys, values] = [
      trial.plain.nodes.filter((node) => this.#isWith(node, 'key')),
      trial.plain.nodes.filter((node) => this.#isWith(node, 'value')),
    ];
    if (keys.length === 0) refuse('no product of queries and keys was found in it');
    if (keys.length !== values.length)
      refuse(`${keys.length} products of queries and keys were found in it, but ${values.length} of weights and values`);
    this.layers = keys.length;
    for (const [part, nodes] of [
      ['key', keys],
      ['value', values],
    ] as const)
      for (const [layer, node] of nodes.entries()) this.#declare(node, { layer, part });
  }

  has(node: Node): boolean {
    return this.#products.has(node);
  }

  /** Writes a product of the plain graph with the cache, as the node `named`. */
  write(named: Node, product: Node): void {
    const { layer, part } = this.#products.get(product) as Product;
    if (part === 'key') this.#writeScores(named, layer);
    else this.#writeSum(named, layer);
  }

  #isWith(node: Node, part: Part): boolean {
    const [a = '', b = ''] = node.inputs;
    if (node.op !== 'MatMul' || (this.#trial.kind(a) & this.#trial.kind(b) & DATA) === 0) return false;
    if (part === 'key') return this.#trial.varies(a, -2) && this.#trial.varies(b, -1);
    return this.#trial.varies(a, -1) && this.#trial.varies(b, -2);
  }

  /** Makes the inputs for what is cached. */
  #declare(node: Node, product: Product): void {
    const { layer, part } = product;
    const [batch, heads, ...matrix] = this.#trial.short(node.inputs[1] as string);
    const width = part === 'key' ? matrix[0] : matrix[1];
    if (matrix.length !== 2 || heads === undefined || width === undefined) refuseNode(node, `has ${part}s that are not [N, heads, T, width]`);
    if (batch !== this.#trial.short('input_ids')[0]) refuseNode(node, `has ${part}s whose first axis is not the batch`);
    this.#trial.input(pastName(layer, part), 'float32', ['batch', heads, 'past', width]);
    this.#trial.input(recentName(layer, part), 'float32', ['batch', heads, 'recent', width]);
    this.#products.set(node, product);
  }

  /** Queries `[N, heads, T, d]` with the keys of the past and those since: `[N, heads, T, S]`. */
  #writeScores(node: Node, layer: number): void {
    const [queries = '', keys = ''] = node.inputs;
    const { fresh, after } = this.#keys(keys);
    const parts = [pastName(layer, 'key'), this.#present(layer, 'key', fresh)].map((cached) =>
      this.#trial.op(`${node.outputs[0]}/part`, 'MatMul', [queries, after(cached)]),
    );
    this.#trial.add({ ...node, op: 'Concat', inputs: parts, attributes: { axis: { kind: 'int', value: -1 } } });
  }

  /** Weights `[N, heads, T, S]` with the values of the past and those since. */
  #writeSum(node: Node, layer: number): void {
    const trial = this.#trial;
    const [weights = '', values = ''] = node.inputs;
    const past = pastName(layer, 'value');
    const border = trial.op('cache/past', 'Shape', [past], { start: 2, end: 3 });
    const part = (from: string, to: string): string => trial.op(`${weights}/part`, 'Slice', [weights, from, to, trial.ints(-1)]);
    const sums = [
      trial.op(`${node.outputs[0]}/part`, 'MatMul', [part(trial.ints(0), border), past]),
      trial.op(`${node.outputs[0]}/part`, 'MatMul', [part(border, trial.ints(TO_THE_END)), this.#present(layer, 'value', values)]),
    ];
    trial.add({ ...node, op: 'Add', inputs: sums });
  }

  #present(layer: number, part: Part, fresh: string): string {
    const name = presentName(layer, part);
    const attributes = { axis: { kind: 'int' as const, value: 2 } };
    this.#trial.add({ name, op: 'Concat', domain: '', inputs: [recentName(layer, part), fresh], outputs: [name], attributes });
    return name;
  }

  /**
   * The keys `[N, heads, T, d]` from which the transposed keys of a product are computed, and how. Transposing and scaling stay behind the cache.
   */
  #keys(name: string): { readonly fresh: string; after(keys: string): string } {
    const trial = this.#trial;
    const node = trial.producer(name);
    const exchange = (x: string): string => trial.op(`${name}/exchange`, 'Transpose', [x], { perm: [0, 1, 3, 2] });
    const scaled = node === undefined ? undefined : this.#scaled(node);
    if (node !== undefined && scaled !== undefined) {
      const { fresh, after } = this.#keys(scaled);
      const copy = (x: string): string =>
        trial.copy(
          node,
          node.inputs.map((input) => (input === scaled ? after(x) : input)),
          'cached',
        );
      return { fresh, after: copy };
    }
    const perm = node?.op === 'Transpose' ? attribute.ints(node, 'perm') : undefined;
    if (node === undefined || perm?.length !== 4) return { fresh: exchange(name), after: exchange };
    const [a = 0, b = 0, c = 0, d = 0] = perm;
    const [source = ''] = node.inputs;
    const isPlain = String(perm) === '0,1,3,2';
    return { fresh: isPlain ? source : trial.op(`${name}/keys`, 'Transpose', [source], { perm: [a, b, d, c] }), after: exchange };
  }

  /** What a node multiplies by a number, or divides by it. */
  #scaled({ op, inputs }: Node): string | undefined {
    if (op !== 'Mul' && op !== 'Div') return undefined;
    const [x = '', ...others] = inputs.filter((input) => this.#trial.kind(input) & DATA);
    const factor = inputs.find((input) => input !== x) ?? '';
    const isNumber =
      others.length === 0 &&
      (op === 'Mul' || inputs[0] === x) &&
      this.#trial.kind(factor) === 0 &&
      this.#trial.short(factor).every((dim) => dim === 1);
    return isNumber ? x : undefined;
  }
}
