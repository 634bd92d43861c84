import { attribute, BROADCASTING, ELEMENTWISE, type Node } from '../../../engine/graph/index.js';
import { LENGTH } from './kinds.js';
import type { Lengths } from './lengths.js';
import { refuse } from './refuse.js';
import type { CacheTrial } from './trial.js';

/** Far beyond any dimension: the end of a Slice that takes everything. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** Which part of a value is wanted: the new tokens along `axis`, counted from the end, for operands of `rank` dimensions. */
interface Place {
  readonly axis: number;
  readonly rank: number;
}

/**
 * The rows of masks and tables that belong to the new tokens. Rather than computing a table for all tokens and taking its end, the rows are taken
 * as early as can be: of a causal mask `[S, S]` only `[T, S]` is computed.
 */
export class Rows {
  readonly #trial: CacheTrial;
  readonly #lengths: Lengths;
  readonly #known = new Map<string, string>();

  constructor(trial: CacheTrial, lengths: Lengths) {
    this.#trial = trial;
    this.#lengths = lengths;
  }

  /** The rows of the new tokens of a value that does not depend on tokens, to be joined with values of `rank` dimensions. */
  of(name: string, place: Place): string {
    // What follows from places alone may be another place for each text, where texts are padded in front.
    const isTable = this.#trial.kind(name) === LENGTH && this.#trial.varying(name).length === 1;
    return this.#take(name, place, isTable && this.#trial.hasMask && !this.#trial.hasPositions ? this.#places : this.#ends);
  }

  #take(name: string, place: Place, method: Method): string {
    const key = [name, place.axis, place.rank, method.name].join(' ');
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const node = this.#trial.producer(name);
    const taken = (node && this.#earlier(node, name, place, method)) ?? method.cut(name, place);
    this.#known.set(key, taken);
    return taken;
  }

  /** The rows, computed from those of what the node reads; `undefined` where that has to be computed whole. */
  #earlier(node: Node, name: string, place: Place, method: Method): string | undefined {
    const [first = ''] = node.inputs;
    const follow = (input: string, at = place): string => (this.#varies(input, at.axis) ? this.#take(input, at, method) : this.#lengths.full(input));
    const copy = (): string =>
      this.#trial.copy(
        node,
        node.inputs.map((input) => input && follow(input)),
        'rows',
      );
    if (BROADCASTING.has(node.op)) return copy();
    if (ELEMENTWISE.has(node.op)) return this.#trial.copy(node, [follow(first), ...node.inputs.slice(1)], 'rows');
    const rank = this.#trial.short(name).length;
    if (node.op === 'Concat') return this.#concat(node, rank, place) ? this.#joined(node, rank, follow) : undefined;
    if (node.op === 'Unsqueeze') return this.#unsqueeze(node, rank, place, method);
    if (node.op === 'Gather') return this.#gather(node, place, method);
    return method.start(node, place);
  }

  #concat(node: Node, rank: number, { axis }: Place): boolean {
    const joined = attribute.int(node, 'axis', 0);
    return (joined < 0 ? joined : joined - rank) !== axis;
  }

  #joined(node: Node, rank: number, follow: (input: string) => string): string {
    const axis = attribute.int(node, 'axis', 0);
    return this.#trial.op(
      `${node.outputs[0]}/rows`,
      'Concat',
      node.inputs.map((input) => follow(input)),
      { axis: axis < 0 ? axis : axis - rank },
    );
  }

  #unsqueeze(node: Node, rank: number, { axis, rank: wanted }: Place, method: Method): string | undefined {
    const [input = '', axes = ''] = node.inputs;
    const added = this.#trial.numbers(axes)?.map((at) => (at < 0 ? at : at - rank));
    if (added === undefined || added.includes(axis)) return undefined;
    const behind = added.filter((at) => at > axis);
    const rows = this.#take(input, { axis: axis + behind.length, rank: wanted - behind.length }, method);
    // Rows of each text have the axes in front already.
    const missing = method.isPadded ? behind : added;
    return missing.length === 0 ? rows : this.#trial.op(`${node.outputs[0]}/rows`, 'Unsqueeze', [rows, this.#trial.ints(...missing)]);
  }

  /** The rows of a learnt table for the places of the new tokens. */
  #gather(node: Node, { axis, rank }: Place, method: Method): string | undefined {
    const [table = '', places = ''] = node.inputs;
    const width = this.#trial.short(table).length - 1;
    if (attribute.int(node, 'axis', 0) !== 0 || this.#trial.kind(table) !== 0 || axis + width >= 0) return undefined;
    const rows = this.#take(places, { axis: axis + width, rank: rank - width }, method);
    return this.#trial.op(`${node.outputs[0]}/rows`, 'Gather', [table, rows], { axis: 0 });
  }

  #varies(name: string, axis: number): boolean {
    return this.#trial.short(name).length >= -axis && this.#trial.varies(name, axis);
  }

  readonly #ends: Method = {
    name: 'ends',
    isPadded: false,
    start: () => undefined,
    cut: (name, { axis }) => {
      const start = this.#trial.op('cache/start', 'Neg', [this.#lengths.fresh]);
      const whole = this.#lengths.full(name);
      const at = axis + this.#trial.short(name).length;
      return this.#trial.op(`${name}/rows`, 'Slice', [whole, start, this.#trial.ints(TO_THE_END), this.#trial.ints(at)]);
    },
  };

  readonly #places: Method = {
    name: 'places',
    isPadded: true,
    start: (node, place) => {
      if (node.op === 'Range') return this.#counted(node, place);
      const [table = '', starts = '', , axes = '', steps = ''] = node.inputs;
      const isPart = node.op === 'Slice' && this.#trial.kind(table) === 0 && place.axis === -this.#trial.short(table).length;
      const [start = -1, ...others] = this.#trial.numbers(starts) ?? [];
      const step = steps === '' ? 1 : this.#trial.numbers(steps)?.[0];
      const from = axes === '' ? 0 : this.#trial.numbers(axes)?.[0];
      if (!isPart || others.length > 0 || start < 0 || step !== 1 || from !== 0) return undefined;
      return this.#rowsAt(`${node.outputs[0]}/rows`, table, place, start);
    },
    cut: (name, place) => {
      const whole = this.#lengths.full(name);
      const front = this.#trial.short(name).length + place.axis;
      if (
        this.#trial
          .short(name)
          .slice(0, front)
          .some((dim) => dim !== 1)
      )
        refuse(`the positions "${name}" have axes before that of the tokens`);
      const axes = Array.from({ length: front }, (_, i) => i);
      const table = front === 0 ? whole : this.#trial.op(`${name}/table`, 'Squeeze', [whole, this.#trial.ints(...axes)]);
      return this.#rowsAt(`${name}/rows`, table, place, 0);
    },
  };

  /** The places 0, 1, … of a Range are those that the model is told. */
  #counted(node: Node, { axis, rank }: Place): string | undefined {
    const [start, , step] = node.inputs.map((input) => this.#trial.numbers(input)?.[0]);
    if (start !== 0 || step !== 1) return undefined;
    const others = Array.from({ length: rank }, (_, i) => i).filter((at) => at !== 0 && at !== rank + axis);
    const places = this.#trial.copy({ ...node, op: 'Cast', attributes: this.#typeOf(node) }, ['position_ids'], 'rows');
    return others.length === 0 ? places : this.#trial.op(`${node.outputs[0]}/rows`, 'Unsqueeze', [places, this.#trial.ints(...others)]);
  }

  #typeOf(node: Node): Node['attributes'] {
    return { to: { kind: 'int', value: this.#trial.elementType(node.outputs[0] as string) } };
  }

  /** Rows `[N, 1, …, T, …]` of a table `[S, …]`. */
  #rowsAt(hint: string, table: string, { axis, rank }: Place, offset: number): string {
    const at = rank + axis;
    if (at < 1) refuse(`the texts of a batch have no axis of their own in front of the positions "${table}"`);
    const places = offset === 0 ? 'position_ids' : this.#trial.op('cache/places', 'Add', ['position_ids', this.#trial.int(offset)]);
    const rows = this.#trial.op(hint, 'Gather', [table, places], { axis: 0 });
    const others = Array.from({ length: at - 1 }, (_, i) => i + 1);
    return others.length === 0 ? rows : this.#trial.op(hint, 'Unsqueeze', [rows, this.#trial.ints(...others)]);
  }
}

/** A way of telling which rows belong to the new tokens. */
interface Method {
  readonly name: string;
  /** Whether rows have all dimensions of what they are joined with. */
  readonly isPadded: boolean;
  /** The rows of a node that makes a table; `undefined` where it is made whole. */
  start(node: Node, place: Place): string | undefined;
  /** The rows of a value that is computed whole. */
  cut(name: string, place: Place): string;
}
