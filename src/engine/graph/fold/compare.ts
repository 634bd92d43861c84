import { broadcastPositions, type Element, elementsOf, fromElements, take } from './elements.js';
import type { FoldRule, FoldRules } from './rule.js';

/** A test of two elements of one type. */
const compare =
  (test: (a: Element, b: Element) => boolean): FoldRule =>
  (c) => {
    const [a, b] = [c.tensor(0), c.tensor(1)];
    const { dims } = c.output(0);
    const [left, right] = [broadcastPositions(a.dims, dims), broadcastPositions(b.dims, dims)];
    const [x, y] = [elementsOf(a), elementsOf(b)];
    return [
      fromElements(
        { type: 'bool', dims },
        Array.from<number, number>(left, (offset, i) => (test(x[offset] as Element, y[right[i] as number] as Element) ? 1 : 0)),
      ),
    ];
  };

const where: FoldRule = (c) => {
  const [condition, yes, no] = [c.tensor(0), c.tensor(1), c.tensor(2)];
  const { dims } = c.output(0);
  const flags = take(condition, dims, broadcastPositions(condition.dims, dims)).data;
  const [a, b] = [take(yes, dims, broadcastPositions(yes.dims, dims)), take(no, dims, broadcastPositions(no.dims, dims))];
  for (let i = 0; i < flags.length; i++) if (!flags[i]) a.data[i] = b.data[i] as Element;
  return [a];
};

export const compareFolds = {
  And: compare((a, b) => a !== 0 && b !== 0),
  Equal: compare((a, b) => a === b),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  LessOrEqual: compare((a, b) => a <= b),
  Or: compare((a, b) => a !== 0 || b !== 0),
  Where: where,
  Xor: compare((a, b) => a !== b),
} satisfies FoldRules;
