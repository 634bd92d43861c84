import type { ConvertContext, Node } from '../../../../../engine/graph/index.js';
import { dimOf, number } from '../write.js';
import { count } from './heads.js';

/** The sequences a mask is for: queries and keys [B, heads, T, size], the past among the keys. */
export interface Sequences {
  readonly query: string;
  readonly key: string;
}

/** 0 where `keep` is true and `filter` elsewhere. */
function bias(c: ConvertContext, keep: string, filter: number, { query }: Sequences): string {
  return c.add('Where', [keep, number(c, 0, query), number(c, filter, query)]);
}

const int64 = (c: ConvertContext, x: string): string => c.add('Cast', [x], { to: 7 });
const unsqueeze = (c: ConvertContext, x: string, ...axes: readonly number[]): string => c.add('Unsqueeze', [x, c.ints(axes)]);
const total = (c: ConvertContext, { key }: Sequences): string => dimOf(c, key, 2);

/** Position of each query among the keys: int64 [T, 1]; the queries are the last of them. */
function places(c: ConvertContext, of: Sequences): string {
  const length = dimOf(c, of.query, 2);
  return unsqueeze(c, c.add('Add', [count(c, length), c.add('Sub', [total(c, of), length])]), 1);
}

/** Hides what comes after each query. */
export function causalBias(c: ConvertContext, of: Sequences): string {
  return bias(c, c.add('LessOrEqual', [count(c, total(c, of)), places(c, of)]), LOWEST, of);
}

/** Hides all but the `width` last keys up to each query (Longformer: Beltagy et al., 2020). */
export function windowBias(c: ConvertContext, of: Sequences, width: number): string {
  return bias(c, c.add('GreaterOrEqual', [count(c, total(c, of)), c.add('Sub', [places(c, of), c.ints([width - 1])])]), LOWEST, of);
}

/** The lowest float32: a row of which nothing is left must not become NaN. */
const LOWEST = -3.4028234663852886e38;

/**
 * A mask in the forms that ONNX Runtime gives it, as a bias: [B] keys that count, [2·B] where they end and then where they begin,
 * [B, total], [B, T, total] and [B, 1, longest, longest] of what is kept.
 */
export function maskBias(c: ConvertContext, node: Node, mask: string, of: Sequences, filter: number): string {
  const rank = c.dimsOf(mask)?.length;
  const kept = (): string => c.add('Greater', [int64(c, mask), c.ints([0])]);
  switch (rank) {
    case 1:
      return bias(c, withinLengths(c, mask, of), filter, of);
    case 2:
      return bias(c, unsqueeze(c, kept(), 1, 2), filter, of);
    case 3:
      return bias(c, unsqueeze(c, kept(), 1), filter, of);
    case 4:
      return bias(c, lastRows(c, kept(), of), filter, of);
    default:
      return c.refuse(node, `its mask "${mask}" has ${rank ?? 'an unknown number of'} dimensions`);
  }
}

/** [B, 1, 1, total] of what lies before each sample's end and, where the mask says so, not before its beginning. */
function withinLengths(c: ConvertContext, mask: string, of: Sequences): string {
  const batch = dimOf(c, of.query, 0);
  const twice = c.add('Mul', [batch, c.ints([2])]);
  // Zeros for the beginnings where only ends are given.
  const padded = c.add('Concat', [int64(c, mask), c.add('Expand', [c.ints([0]), batch])], { axis: 0 });
  const part = (from: string, to: string): string => unsqueeze(c, c.add('Slice', [padded, from, to, c.ints([0])]), 1);
  const place = count(c, total(c, of));
  const before = c.add('Less', [place, part(c.ints([0]), batch)]);
  return unsqueeze(c, c.add('And', [before, c.add('GreaterOrEqual', [place, part(batch, twice)])]), 1, 2);
}

/** Rows of the queries and columns of the keys of a mask made for the longest sequence. */
function lastRows(c: ConvertContext, kept: string, of: Sequences): string {
  const keys = total(c, of);
  const first = c.add('Sub', [keys, dimOf(c, of.query, 2)]);
  const starts = c.add('Concat', [first, c.ints([0])], { axis: 0 });
  return c.add('Slice', [kept, starts, c.add('Concat', [keys, keys], { axis: 0 }), c.ints([2, 3])]);
}

/** int [B] of how many keys count, as a bias. */
export function lengthBias(c: ConvertContext, lengths: string, of: Sequences, filter: number): string {
  return bias(c, unsqueeze(c, c.add('Less', [count(c, total(c, of)), unsqueeze(c, int64(c, lengths), 1)]), 1, 2), filter, of);
}
