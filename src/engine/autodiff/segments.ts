import { bytesPerElement, type DataType, sizeOf } from '../../core/index.js';
import { type GraphBuilder, type Node, reads } from '../graph/index.js';

/** Ops whose output is their input in another shape: ONNX Runtime gives it no memory of its own. */
const VIEWS: ReadonlySet<string> = new Set(['Flatten', 'Identity', 'Reshape', 'Squeeze', 'Unsqueeze']);

/** How many sizes of segments are tried. */
const SIZES = 64;

/**
 * Divides the nodes of a forward pass, in their order, so that a backward pass takes little memory when it keeps only what crosses from one segment
 * to another and computes the rest of a segment again ({@link differentiate}). Cuts lie where few bytes cross: in a network of blocks, between
 * these. Of all sizes of segments the one is taken whose kept values and largest segment are smallest together; for n equal blocks that is
 * about √n segments. Source: Chen et al., "Training deep nets with sublinear memory cost" (arXiv 1604.06174).
 */
export function segmentsOf(b: GraphBuilder): readonly (readonly Node[])[] {
  const plan = new Plan(b);
  let [best, least] = [[] as readonly number[], Number.POSITIVE_INFINITY];
  for (let i = 1; i <= SIZES; i++) {
    const cuts = plan.cuts((plan.total * i) / SIZES);
    const bytes = plan.peak(cuts);
    if (bytes < least) [best, least] = [cuts, bytes];
  }
  return [0, ...best].map((start, i) => b.nodes.slice(start, best[i] ?? b.nodes.length));
}

class Plan {
  readonly total: number;
  readonly #count: number;
  /** Bytes that each node makes. */
  readonly #made: readonly number[];
  /** Bytes that cross from the nodes before each position to those from there on. */
  readonly #crossing: readonly number[];
  /** Of every value: where it is made, where it is read last, its bytes. */
  readonly #values: readonly (readonly [from: number, to: number, bytes: number])[];

  constructor(b: GraphBuilder) {
    const { nodes } = b;
    const last = new Map(nodes.flatMap((node, i) => reads(node).map((name) => [name, i] as const)));
    const bytesOfValue = (name: string): number => (name === '' || !b.has(name) ? 0 : bytes(b.value(name)));
    this.#count = nodes.length;
    this.#made = nodes.map((node) => (VIEWS.has(node.op) ? 0 : node.outputs.reduce((sum, name) => sum + bytesOfValue(name), 0)));
    this.#values = nodes.flatMap((node, i) => node.outputs.map((name) => [i, last.get(name) ?? i, bytesOfValue(name)] as const));
    this.#crossing = crossing(this.#values, nodes.length);
    this.total = this.#made.reduce((sum, size) => sum + size, 0);
  }

  /** Positions so that segments make about `most` bytes; each where least crosses since the one before. */
  cuts(most: number): number[] {
    const found: number[] = [];
    let [start, made] = [0, 0];
    for (let i = 0; i < this.#count; i++) {
      made += this.#made[i] as number;
      if (made <= most || i === start) continue;
      const at = this.#narrowest(start + 1, i);
      found.push(at);
      made = this.#sum(at, i + 1);
      start = at;
    }
    return found;
  }

  /** An estimate of the memory of a backward pass: what crosses any cut, and the largest segment. */
  peak(cuts: readonly number[]): number {
    const kept = this.#values.reduce((sum, [from, to, size]) => (cuts.some((cut) => from < cut && cut <= to) ? sum + size : sum), 0);
    return kept + Math.max(...[0, ...cuts].map((start, i) => this.#sum(start, cuts[i] ?? this.#count)));
  }

  /** Of equally narrow positions the last. */
  #narrowest(from: number, to: number): number {
    let best = from;
    for (let i = from; i <= to; i++) if ((this.#crossing[i] as number) <= (this.#crossing[best] as number)) best = i;
    return best;
  }

  #sum(from: number, to: number): number {
    let sum = 0;
    for (let i = from; i < to; i++) sum += this.#made[i] as number;
    return sum;
  }
}

function crossing(values: readonly (readonly [number, number, number])[], count: number): number[] {
  const change = new Array<number>(count + 2).fill(0);
  for (const [from, to, size] of values) {
    change[from + 1] = (change[from + 1] as number) + size;
    change[to + 1] = (change[to + 1] as number) - size;
  }
  let now = 0;
  return change.map((difference) => {
    now += difference;
    return now;
  });
}

function bytes({ type, dims }: { readonly type: DataType; readonly dims: readonly number[] }): number {
  return sizeOf(dims) * bytesPerElement(type);
}
