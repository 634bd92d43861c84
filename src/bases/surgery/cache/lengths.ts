import { attribute, type Node, subgraphs } from '../../../engine/graph/index.js';
import { DATA, LENGTH } from './kinds.js';
import { pastName, recentName } from './names.js';
import { refuseNode } from './refuse.js';
import type { CacheTrial } from './trial.js';

/**
 * Values that do not depend on tokens, at either of two lengths. Masks and tables are computed for all tokens, cached ones included; the target of a
 * Reshape of new values is computed for the new tokens alone.
 */
export class Lengths {
  readonly #trial: CacheTrial;
  readonly #full = new Map<string, string>();
  readonly #fresh = new Map<string, string>();
  #total: string | undefined;
  #new: string | undefined;

  constructor(trial: CacheTrial) {
    this.#trial = trial;
  }

  /** How many tokens there are in all: int64 `[1]`. */
  get total(): string {
    const trial = this.#trial;
    const length = (of: string, axis: number): string => trial.op('cache/length', 'Shape', [of], { start: axis, end: axis + 1 });
    const cached = (): string => trial.op('cache/cached', 'Add', [length(pastName(0, 'key'), 2), length(recentName(0, 'key'), 2)]);
    this.#total ??= trial.hasMask ? length('attention_mask', 1) : trial.op('cache/total', 'Add', [cached(), length('input_ids', 1)]);
    return this.#total;
  }

  /** How many tokens are new: int64 `[1]`. */
  get fresh(): string {
    this.#new ??= this.#trial.op('cache/fresh', 'Shape', ['input_ids'], { start: 1, end: 2 });
    return this.#new;
  }

  /** A value of the plain graph for all tokens. @throws CACHE_NOT_FOUND */
  full(name: string): string {
    return this.#at(name, this.#full, (node) => {
      const [of = ''] = node.inputs;
      return node.op === 'Shape' && this.#trial.kind(of) & DATA ? this.#fullShape(node, of) : this.#copy(node, (input) => this.full(input), 'full');
    });
  }

  /** A value of the plain graph that depends on lengths alone, for the new tokens. @throws CACHE_NOT_FOUND */
  ofFresh(name: string): string {
    return this.#at(name, this.#fresh, (node) => {
      if (this.#trial.kind(name) !== LENGTH) return refuseNode(node, 'makes a shape of what the mask holds');
      if (node.op !== 'Shape') return this.#copy(node, (input) => this.ofFresh(input), 'fresh');
      const [of = ''] = node.inputs;
      // A mask has the shape of the tokens.
      const shaped = of === 'attention_mask' ? 'input_ids' : this.#trial.kind(of) & DATA ? of : this.ofFresh(of);
      return this.#copy(node, () => shaped, 'fresh');
    });
  }

  #at(name: string, known: Map<string, string>, make: (node: Node) => string): string {
    const found = known.get(name);
    if (found !== undefined) return found;
    const node = this.#trial.kind(name) === 0 ? undefined : this.#trial.producer(name);
    const made = node === undefined ? name : this.#made(node, name, make(node));
    known.set(name, made);
    return made;
  }

  #made(node: Node, name: string, first: string): string {
    return node.outputs[0] === name ? first : refuseNode(node, 'has several outputs that depend on the length');
  }

  #copy(node: Node, change: (input: string) => string, suffix: string): string {
    if (subgraphs(node).length > 0) refuseNode(node, 'has a body');
    return this.#trial.copy(
      node,
      node.inputs.map((input) => input && change(input)),
      suffix,
    );
  }

  /** The shape that a value of the new tokens would have for all tokens. */
  #fullShape(node: Node, of: string): string {
    const trial = this.#trial;
    const rank = trial.short(of).length;
    const place = (value: number): number => Math.max(0, Math.min(value < 0 ? value + rank : value, rank));
    const [start, end] = [place(attribute.int(node, 'start', 0)), place(attribute.int(node, 'end', rank))];
    const sizes = Array.from({ length: end - start }, (_, i) => {
      const size = trial.op(`${node.name}/size`, 'Shape', [of], { start: start + i, end: start + i + 1 });
      // A merged axis, such as batch times length, grows as the length does.
      return trial.isQuery(of, start + i)
        ? trial.op(`${node.name}/grown`, 'Div', [trial.op(`${node.name}/scaled`, 'Mul', [size, this.total]), this.fresh])
        : size;
    });
    return trial.op(`${node.name}/full`, 'Concat', sizes, { axis: 0 });
  }
}
