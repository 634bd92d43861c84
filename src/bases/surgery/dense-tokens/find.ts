import { toNumbers } from '../../../core/index.js';
import { attribute, type Graph, liftConstants, type Model, type Node, type UseDef, useDef } from '../../../engine/graph/index.js';

/** Looks up values of a graph by how they are made; constants of any kind are initialisers here. */
export class Finder {
  readonly graph: Graph;
  readonly uses: UseDef;

  constructor(model: Model) {
    this.graph = liftConstants(model).graph;
    this.uses = useDef(this.graph);
  }

  /** The node that makes a value, if it is one of `ops`. */
  made(name: string | undefined, ...ops: readonly string[]): Node | undefined {
    const node = name === undefined ? undefined : this.uses.producer(name);
    return node !== undefined && node.domain === '' && ops.includes(node.op) ? node : undefined;
  }

  numbers(name: string | undefined): readonly number[] | undefined {
    const stored = this.graph.initializers.get(name ?? '');
    return stored === undefined || stored.type === 'opaque' ? undefined : toNumbers(stored);
  }

  number(name: string | undefined): number | undefined {
    const numbers = this.numbers(name);
    return numbers?.length === 1 ? numbers[0] : undefined;
  }

  isInput(name: string | undefined): boolean {
    return name !== undefined && !this.graph.initializers.has(name) && this.graph.inputs.some((input) => input.name === name);
  }

  /** The value of which `name` is a copy in another shape or type. */
  source(name: string, ...ops: readonly string[]): string {
    const node = this.made(name, ...ops);
    return node === undefined ? name : this.source(node.inputs[0] as string, ...ops);
  }
}

/** Token ids that a graph takes as a sparse matrix, and the matrix that it makes of them. */
export interface SparseTokens {
  /** Inputs: places `[n, 2]` of the ids in the matrix, and the ids `[n]`. */
  readonly places: string;
  readonly ids: string;
  /** The ids within the greatest length, `[n]`. */
  readonly kept: string;
  /** The matrix `[N, T]`. */
  readonly matrix: string;
  /** What stands where there is no token. */
  readonly padding: number;
  /** Tokens of a text beyond this many are left out; `undefined` where all are kept. */
  readonly length: number | undefined;
}

/** The matrix of token ids that a graph fills from two inputs, in TensorFlow by `SparseToDense`. */
export function findSparseTokens(finder: Finder): SparseTokens | undefined {
  for (const node of finder.graph.nodes) {
    const found = node.op === 'ScatterND' && node.domain === '' ? sparseTokens(finder, node) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function sparseTokens(finder: Finder, { inputs: [empty, places, ids], outputs: [matrix] }: Node): SparseTokens | undefined {
  const padding = finder.number(finder.made(empty, 'Expand')?.inputs[0]);
  if (padding === undefined || matrix === undefined || ids === undefined) return undefined;
  const [rowsOfPlaces, rowsOfIds] = [finder.made(places, 'Gather'), finder.made(ids, 'Gather')];
  const sources = { places: rowsOfPlaces?.inputs[0] ?? places, ids: rowsOfIds?.inputs[0] ?? ids };
  if (!finder.isInput(sources.places) || !finder.isInput(sources.ids) || rowsOfPlaces?.inputs[1] !== rowsOfIds?.inputs[1]) return undefined;
  const tokens = { places: sources.places as string, ids: sources.ids as string, kept: ids, matrix, padding };
  if (rowsOfPlaces === undefined) return { ...tokens, length: undefined };
  const length = greatestLength(finder, rowsOfPlaces.inputs[1] as string, tokens.places);
  return length === undefined ? undefined : { ...tokens, length };
}

/** The number below which the second column of `places` is in the rows that are chosen. */
function greatestLength(finder: Finder, rows: string, places: string): number | undefined {
  const nonZero = finder.made(finder.source(rows, 'Reshape', 'Transpose', 'Squeeze', 'Cast'), 'NonZero');
  const less = finder.made(nonZero?.inputs[0], 'Less');
  const column = less && finder.made(finder.source(less.inputs[0] as string, 'Squeeze', 'Cast'), 'Slice');
  if (less === undefined || column?.inputs[0] !== places) return undefined;
  const [starts, ends, axes, steps] = column.inputs.slice(1).map((name) => finder.numbers(name));
  const axis = axes?.indexOf(1) ?? -1;
  const isSecond = starts?.[axis] === 1 && (ends?.[axis] ?? 0) >= 2 && (steps ?? []).every((step) => step === 1);
  const isWhole = axes?.every((other, i) => other === 1 || (other === 0 && starts?.[i] === 0 && (ends?.[i] ?? 0) >= 2 ** 31 - 1));
  return isSecond && isWhole ? finder.number(less.inputs[1]) : undefined;
}

/** A mask `[N, T]` of the matrix and the places `[n, 2]` where it is true. */
export interface MaskedPlaces {
  readonly mask: string;
  readonly places: string;
}

/** The places where the matrix holds tokens, however often they are computed. */
export function findMaskedPlaces(finder: Finder, { matrix, padding }: SparseTokens): MaskedPlaces[] {
  return finder.graph.nodes.flatMap((node) => {
    const nonZero = node.op === 'Transpose' ? finder.made(node.inputs[0], 'NonZero') : undefined;
    const [mask] = nonZero?.inputs ?? [];
    const swaps = ['', '1,0'].includes(String(attribute.ints(node, 'perm') ?? ''));
    return mask !== undefined && swaps && leavesOut(finder, mask, matrix, padding) ? [{ mask, places: node.outputs[0] as string }] : [];
  });
}

/** Whether a mask tells padding from the ids that may stand in the matrix: those above it, or all others. */
function leavesOut(finder: Finder, mask: string, matrix: string, padding: number): boolean {
  const greater = finder.made(mask, 'Greater');
  if (greater?.inputs[0] === matrix) return padding <= (finder.number(greater.inputs[1]) ?? Number.NEGATIVE_INFINITY);
  const equal = finder.made(finder.made(mask, 'Not')?.inputs[0], 'Equal');
  return equal?.inputs[0] === matrix && finder.number(equal.inputs[1]) === padding;
}
