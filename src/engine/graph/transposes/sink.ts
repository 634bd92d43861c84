import { fromNumbers, permute, reshaped, type Tensor, toNumbers } from '../../../core/index.js';
import { attribute, attributes } from '../attributes.js';
import { constantValue } from '../constants.js';
import type { Attributes, Graph, Node } from '../model.js';
import { allNames, captures, NameSource, pruneUnused } from '../walk.js';
import { composed, inverse, isIdentity, isPermutation, type Permutation } from './permutation.js';
import { type Sinking, sinkRules } from './rules.js';

/** A value as the Transpose of another. */
interface Moved {
  readonly source: string;
  readonly perm: Permutation;
}

/**
 * The graph with its Transposes as far behind as they go, where most meet their inverse and are gone: what was converted from channels last has a few
 * at its borders instead of two around every layer. The values in between keep their names and have another axis order.
 *
 * @param rankOf the number of dimensions of a value, `undefined` where it is not known
 */
export function sinkTransposes(graph: Graph, rankOf: (name: string) => number | undefined): Graph {
  const sunk = [true, false].map((movesOthers) => pruneUnused(new Sinker(graph, rankOf, movesOthers).sink()));
  // Which is best depends on what comes behind: convolutions take what is moved, products of matrices do not.
  return [graph, ...sunk].reduce((best, other) => (countTransposes(other) < countTransposes(best) ? other : best));
}

function countTransposes({ nodes }: Graph): number {
  return nodes.filter(({ op }) => op === 'Transpose').length;
}

class Sinker {
  readonly #graph: Graph;
  readonly #rankOf: (name: string) => number | undefined;
  readonly #movesOthers: boolean;
  readonly #names: NameSource;
  readonly #nodes: Node[] = [];
  readonly #moved = new Map<string, Moved>();
  /** Values that Transposes were added for, by what is transposed and how. */
  readonly #made = new Map<string, string>();
  readonly #constants = new Map<string, Tensor>();
  /** Outputs of the graph and values that subgraphs use: they keep their axis order. */
  readonly #pinned: ReadonlySet<string>;

  /** @param movesOthers whether a value that is no Transpose is transposed back to meet one that is, instead of the other way round */
  constructor(graph: Graph, rankOf: (name: string) => number | undefined, movesOthers: boolean) {
    this.#movesOthers = movesOthers;
    this.#graph = graph;
    this.#rankOf = rankOf;
    this.#names = new NameSource(allNames(graph));
    this.#pinned = new Set([...graph.outputs.map(({ name }) => name), ...graph.nodes.flatMap((node) => [...captures(node)])]);
  }

  sink(): Graph {
    for (const node of this.#graph.nodes) this.#visit(node);
    return { ...this.#graph, nodes: this.#nodes, valueInfo: new Map() };
  }

  #visit(node: Node): void {
    const constant = constantValue(node);
    if (constant && constant.type !== 'opaque') this.#constants.set(node.outputs[0] ?? '', constant);
    const perm = node.op === 'Transpose' ? attribute.ints(node, 'perm') : undefined;
    if (perm && this.#fits(node, perm) && !this.#pinned.has(node.outputs[0] ?? '')) this.#transpose(node, perm);
    else if (!this.#sinkNode(node)) this.#nodes.push({ ...node, inputs: node.inputs.map((name) => this.#plain(name)) });
  }

  /** Whether the Transpose is one of as many axes as its input is known to have. */
  #fits(node: Node, perm: Permutation): boolean {
    return isPermutation(perm) && (this.#moved.get(node.inputs[0] ?? '')?.perm.length ?? perm.length) === perm.length;
  }

  /** A Transpose is not added before a value needs it. */
  #transpose(node: Node, perm: Permutation): void {
    const [input = ''] = node.inputs;
    const behind = this.#moved.get(input) ?? { source: input, perm: perm.map((_, i) => i) };
    this.#moved.set(node.outputs[0] ?? '', { source: behind.source, perm: composed(behind.perm, perm) });
  }

  #sinkNode(node: Node): boolean {
    const rule = Object.hasOwn(sinkRules, node.op) && node.domain === '' ? sinkRules[node.op] : undefined;
    if (!rule || !node.inputs.some((name) => this.#permOf(name))) return false;
    const sunk = rule(this.#sinking(node));
    // Axes that the value does not have lead to none.
    if (!sunk || !isPermutation(sunk.perm)) return false;
    const outputs = node.outputs.map((name) => this.#output(name, sunk.perm));
    const { op = node.op, inputs, attributes: given = sunk.op ? {} : node.attributes } = sunk;
    this.#nodes.push({ ...node, name: outputs[0] === node.outputs[0] ? node.name : (outputs[0] ?? ''), op, inputs, outputs, attributes: given });
    for (const [i, name] of node.outputs.entries()) if (outputs[i] !== name) this.#add('Transpose', [outputs[i] ?? ''], { perm: sunk.perm }, name);
    return true;
  }

  /** What the node that makes `name` before its Transpose calls its result. */
  #output(name: string, perm: Permutation): string {
    if (isIdentity(perm)) return name;
    if (this.#pinned.has(name)) return this.#names.fresh(`${name}/stored`);
    this.#moved.set(name, { source: name, perm });
    return name;
  }

  #permOf(name: string): Permutation | undefined {
    const perm = this.#moved.get(name)?.perm;
    return perm && !isIdentity(perm) ? perm : undefined;
  }

  /** The value in its own axis order. */
  #plain(name: string): string {
    const moved = this.#moved.get(name);
    if (!moved) return name;
    // A Transpose of the graph that is needed after all keeps its name.
    return this.#transposed(moved.source, moved.perm, moved.source === name ? `${name}/Transpose` : name);
  }

  #transposed(source: string, perm: Permutation, hint: string): string {
    if (isIdentity(perm)) return source;
    const key = `${source} ${perm}`;
    const name = this.#made.get(key) ?? this.#add('Transpose', [source], { perm }, this.#isDropped(hint) ? hint : this.#names.fresh(hint));
    this.#made.set(key, name);
    return name;
  }

  /** Whether `name` was the result of a Transpose that is not there any more. */
  #isDropped(name: string): boolean {
    return this.#moved.has(name) && this.#moved.get(name)?.source !== name;
  }

  #add(op: string, inputs: readonly string[], values: Parameters<typeof attributes>[0], name: string): string {
    this.#nodes.push({ name, op, domain: '', inputs, outputs: [name], attributes: attributes(values) });
    return name;
  }

  #constant(value: Tensor, hint: string): string {
    return this.#add('Constant', [], { value }, this.#names.fresh(hint));
  }

  #sinking(node: Node): Sinking {
    const input = (index: number): string => node.inputs[index] ?? '';
    const hint = node.outputs[0] ?? node.op;
    return {
      node,
      perm: (index) => this.#permOf(input(index)),
      source: (index) => this.#moved.get(input(index))?.source ?? input(index),
      before: (index, perm) => this.#before(input(index), perm),
      numbers: (index) => this.#numbers(input(index)),
      ints: (values) => this.#constant(fromNumbers('int64', [values.length], values), `${hint}/axes`),
      add: (op: string, inputs: readonly string[], given: Attributes) => {
        const name = this.#names.fresh(`${hint}/${op}`);
        this.#nodes.push({ name, op, domain: '', inputs, outputs: [name], attributes: given });
        return name;
      },
    };
  }

  #numbers(name: string): readonly number[] | undefined {
    const stored = this.#constants.get(name) ?? this.#graph.initializers.get(name);
    return stored === undefined || stored.type === 'opaque' ? undefined : toNumbers(stored);
  }

  #before(name: string, perm: Permutation): string | undefined {
    const moved = this.#moved.get(name);
    if (moved?.perm.length === perm.length) return this.#transposed(moved.source, composed(moved.perm, inverse(perm)), `${name}/Transpose`);
    const value = this.#plain(name);
    const rank = this.#constants.get(name)?.dims.length ?? this.#rankOf(name);
    if (rank === undefined || rank > perm.length) return undefined;
    if (rank > 1 && !this.#constants.has(name) && !this.#movesOthers) return undefined;
    return rank === 0 ? value : this.#broadcast(value, rank, perm);
  }

  /** A value of `rank` dimensions, which broadcasts against transposed ones, for those before their Transpose. */
  #broadcast(value: string, rank: number, perm: Permutation): string {
    const key = `${value} before ${perm}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const constant = this.#constants.get(value);
    const made = constant ? this.#constant(broadcastBefore(constant, perm), value) : this.#arranged(value, rank, perm);
    this.#made.set(key, made);
    return made;
  }

  #arranged(value: string, rank: number, perm: Permutation): string {
    const axes = Array.from({ length: perm.length - rank }, (_, axis) => axis);
    // A vector has its axis at once where it belongs.
    const place = rank === 1 ? (perm.at(-1) as number) : undefined;
    const added = place === undefined ? axes : Array.from({ length: perm.length }, (_, axis) => axis).filter((axis) => axis !== place);
    const whole = added.length === 0 ? value : this.#unsqueezed(value, added);
    return place === undefined ? this.#transposed(whole, inverse(perm), `${value}/Transpose`) : whole;
  }

  #unsqueezed(value: string, axes: readonly number[]): string {
    const list = this.#constant(fromNumbers('int64', [axes.length], axes), `${value}/axes`);
    return this.#add('Unsqueeze', [value, list], {}, this.#names.fresh(`${value}/Unsqueeze`));
  }
}

/** A constant that broadcasts against values transposed by `perm`, for those before: as wide as they are, its axes moved back. */
function broadcastBefore(constant: Tensor, perm: Permutation): Tensor {
  const dims = [...new Array<number>(perm.length - constant.dims.length).fill(1), ...constant.dims];
  return permute(reshaped(constant, dims), inverse(perm));
}
