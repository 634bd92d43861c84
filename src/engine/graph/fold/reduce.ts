import { allocate, isFloat, sizeOf, type Tensor } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { axisOf, dimAt } from '../shapes/dims.js';
import { reducedAxes, reducedDims } from '../shapes/reduce.js';
import { around, broadcastPositions, type Element, elementsOf, fromElements, isWide, larger, smaller } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** A reduction: what each element adds to the running value, and what is made of the end value. */
interface Reduction {
  /** The value of an empty set; none where that is undefined. */
  readonly empty?: number;
  readonly number: (sum: number, x: number) => number;
  readonly wide?: (sum: bigint, x: bigint) => bigint;
  readonly finish?: (sum: number) => number;
}

const sum: Reduction = { empty: 0, number: (a, x) => a + x, wide: (a, x) => a + x };

function groupsOf(x: Tensor, axes: readonly number[]): Element[][] {
  const kept = reducedDims(x.dims, axes, true);
  const groups = Array.from({ length: sizeOf(kept) }, (): Element[] => []);
  const elements = elementsOf(x);
  for (const [i, group] of broadcastPositions(kept, x.dims).entries()) groups[group]?.push(elements[i] as Element);
  return groups;
}

function reduceWide(values: readonly bigint[], { wide, empty }: Reduction): bigint | undefined {
  if (!wide) return undefined;
  const add = (sum: bigint, x: bigint): bigint => wide(sum, x);
  return empty === undefined ? values.reduce(add) : values.reduce(add, BigInt(empty));
}

function reduceNumbers(values: readonly number[], { number, empty, finish }: Reduction): number {
  // Array.reduce hands on more arguments than two, which Math.max would count.
  const add = (sum: number, x: number): number => number(sum, x);
  const end = empty === undefined ? values.reduce(add) : values.reduce(add, empty);
  return finish ? finish(end) : end;
}

const reduce =
  (reduction: Reduction): FoldRule =>
  (c) => {
    const x = c.tensor(0);
    const groups = groupsOf(x, reducedAxes(c));
    if (reduction.empty === undefined && groups.some((group) => group.length === 0)) return undefined;
    const results = groups.map((group) => (isWide(x.type) ? reduceWide(group as bigint[], reduction) : reduceNumbers(group as number[], reduction)));
    return results.includes(undefined) ? undefined : [fromElements(c.output(0), results as Element[])];
  };

/** Means of integers are truncated. */
const mean: FoldRule = (c) => {
  const x = c.tensor(0);
  const groups = groupsOf(x, reducedAxes(c));
  if (groups.some((group) => group.length === 0)) return undefined;
  if (!isFloat(x.type) && !isWide(x.type)) return undefined;
  const average = (group: Element[]): Element =>
    isWide(x.type) ? (group as bigint[]).reduce((a, b) => a + b) / BigInt(group.length) : (group as number[]).reduce((a, b) => a + b) / group.length;
  return [fromElements(c.output(0), groups.map(average))];
};

/** The first index along the axis, or the last with select_last_index, that no other beats. */
const argument =
  (beats: (a: Element, b: Element) => boolean): FoldRule =>
  (c) => {
    const x = c.tensor(0);
    const values = elementsOf(x);
    const { outer, dim, inner } = around(x.dims, axisOf(c.node, attribute.int(c.node, 'axis', 0), x.dims.length));
    if (dim === 0) return undefined;
    const last = attribute.int(c.node, 'select_last_index', 0) === 1;
    const data = allocate('int64', outer * inner);
    for (let i = 0; i < data.length; i++) {
      const at = (index: number): Element => values[(Math.floor(i / inner) * dim + index) * inner + (i % inner)] as Element;
      let best = 0;
      for (let index = 1; index < dim; index++) if (beats(at(index), at(best)) || (last && at(index) === at(best))) best = index;
      data[i] = BigInt(best);
    }
    return [{ type: 'int64', dims: c.output(0).dims, data }];
  };

/** Running sums along an axis. */
const cumSum: FoldRule = (c) => {
  const x = c.tensor(0);
  const values = elementsOf(x);
  const { outer, dim, inner } = around(x.dims, axisOf(c.node, dimAt(c.numbers(1), 0), x.dims.length));
  const [exclusive, reverse] = [attribute.int(c.node, 'exclusive', 0) === 1, attribute.int(c.node, 'reverse', 0) === 1];
  const result = Array.from<Element, Element>(values, (value) => value);
  for (let lane = 0; lane < outer * inner; lane++) {
    let total: Element = isWide(x.type) ? 0n : 0;
    for (let step = 0; step < dim; step++) {
      const at = (Math.floor(lane / inner) * dim + (reverse ? dim - 1 - step : step)) * inner + (lane % inner);
      const next: Element = addElements(total, values[at] as Element);
      result[at] = exclusive ? total : next;
      total = next;
    }
  }
  return [fromElements(x, result)];
};

function addElements(a: Element, b: Element): Element {
  return typeof a === 'bigint' ? a + (b as bigint) : a + (b as number);
}

export const reduceFolds = {
  ArgMax: argument((a, b) => a > b),
  ArgMin: argument((a, b) => a < b),
  CumSum: cumSum,
  ReduceL1: reduce({ empty: 0, number: (a, x) => a + Math.abs(x), wide: (a, x) => a + (x < 0n ? -x : x) }),
  ReduceL2: reduce({ empty: 0, number: (a, x) => a + x * x, finish: Math.sqrt }),
  ReduceMax: reduce({ number: Math.max, wide: larger }),
  ReduceMean: mean,
  ReduceMin: reduce({ number: Math.min, wide: smaller }),
  ReduceProd: reduce({ empty: 1, number: (a, x) => a * x, wide: (a, x) => a * x }),
  ReduceSum: reduce(sum),
  ReduceSumSquare: reduce({ empty: 0, number: (a, x) => a + x * x, wide: (a, x) => a + x * x }),
} satisfies FoldRules;
