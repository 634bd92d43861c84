import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import { NO_CLASS } from '../../data/index.js';
import type { Summary } from '../task.js';

/** What is counted of each class: seven numbers, so that what is kept of a sample does not grow with its pixels, nor with the square of the classes. */
export const COUNTS = ['hits', 'guessed', 'actual', 'guessedEdgeHits', 'guessedEdges', 'actualEdgeHits', 'actualEdges'] as const;

/** How far an edge may lie from the true one, as a share of the image's diagonal (Csurka et al., 2013). */
const TOLERANCE = 0.0075;

/**
 * The counts of each sample `[N, 1 + 7·C]`: the sum of −log p over the pixels that have a class, then, of each class, its pixels that were found,
 * those that were taken for it and those there are; and the same of edges: those of the guess near a true one, all of the guess, the true ones near one of the
 * guess, all true ones. An edge is a pixel of a class beside one of another (3×3); near is at most 0.75% of the diagonal away along each axis.
 */
export const pixelSummary: Summary = (b, { output, target }) => {
  const [n = 0, classes = 0, height = 0, width = 0] = output.dims;
  const losses = b.op('SoftmaxCrossEntropyLoss', [output, target], { ignore_index: NO_CLASS, reduction: 'none' });
  const guess = b.op('ArgMax', [output], { axis: 1, keepdims: 1 });
  const truth = b.reshape(target, [n, 1, height, width]);
  const known = b.op('Not', [b.equal(truth, NO_CLASS)]);
  const members = (labels: Value): Value => b.cast(b.op('And', [b.equal(labels, numbersOf(b, classes)), known]), output.type);
  const counted = b.cast(known, output.type);
  const [guessed, actual] = [members(guess), members(truth)];
  const [guessedEdges, actualEdges] = [edges(b, guessed, counted), edges(b, actual, counted)];
  const reach = Math.round(TOLERANCE * Math.hypot(height, width));
  const values = [
    b.mul(guessed, actual),
    guessed,
    actual,
    b.mul(guessedEdges, near(b, actualEdges, reach)),
    guessedEdges,
    b.mul(actualEdges, near(b, guessedEdges, reach)),
    actualEdges,
  ];
  const total = (x: Value): Value => b.reshape(b.reduceSum(x, [2, 3], false), [n, classes]);
  return b.concat([b.reshape(b.reduceSum(losses, [1, 2], false), [n, 1]), ...values.map(total)], 1);
};

function numbersOf(b: GraphBuilder, classes: number): Value {
  return b.reshape(b.ints(Array.from({ length: classes }, (_, i) => i)), [1, classes, 1, 1]);
}

/** Pixels of a class with one of another beside them: `[N, C, H, W]` of 0 and 1. Pixels without a class are no neighbours. */
function edges(b: GraphBuilder, members: Value, counted: Value): Value {
  return b.mul(members, near(b, b.sub(counted, members), 1));
}

/** 1 where there is a 1 at most `reach` pixels away along each axis. */
function near(b: GraphBuilder, x: Value, reach: number): Value {
  if (reach === 0) return x;
  const side = 2 * reach + 1;
  const along = (value: Value, kernel: readonly number[], pads: readonly number[]): Value =>
    b.op('MaxPool', [value], { kernel_shape: kernel, pads, strides: [1, 1] });
  return along(along(x, [1, side], [0, reach, 0, reach]), [side, 1], [reach, 0, reach, 0]);
}
