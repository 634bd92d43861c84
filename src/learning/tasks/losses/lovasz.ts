import { sizeOf } from '../../../core/index.js';
import type { GraphBuilder, Value } from '../../../engine/graph/index.js';
import type { Loss } from './loss.js';
import { countedPixels, meanOfPresent, truthOf } from './pixels.js';

/**
 * The Lovász extension of the Jaccard loss, which makes the intersection over union large itself: errors |t − p| of each class, sorted, times how much the
 * Jaccard loss grows with each (Berman et al., arXiv 1705.08790, algorithm 1). Mean over the classes that occur in the batch, whose pixels are taken
 * together. Scores `[N, C, H, W]` and classes int64 `[N, H, W]`, of which 255 counts for nothing.
 */
export const lovasz: Loss = {
  build: (b, inputs) => {
    const { output } = inputs;
    const [n = 0, classes = 0, height = 0, width = 0] = output.dims;
    const pixels = n * height * width;
    const counted = countedPixels(b, inputs);
    const byClass = (x: Value): Value => b.reshape(b.transpose(x, [1, 0, 2, 3]), [classes, pixels]);
    const truth = truthOf(b, inputs, counted);
    const wrong = b.op('Abs', [b.sub(truth, b.op('Softmax', [output], { axis: 1 }))]);
    // What counts for nothing has no error, comes last and adds nothing: as if it were not there.
    const errors = byClass(b.mul(wrong, b.reshape(counted, [n, 1, height, width])));
    const [sorted, order] = b.outputs('TopK', [errors, b.ints([pixels])], { axis: 1 }, 2) as [Value, Value];
    const hits = b.op('GatherElements', [byClass(truth), order], { axis: 1 });
    const slopes = jaccardSlopes(b, hits, b.reduceSum(hits, [1]));
    return meanOfPresent(b, b.reduceSum(b.mul(sorted, slopes), [1], false), b.reduceSum(hits, [1], false));
  },
  weight: (_, samples) => samples,
};

/** By how much the Jaccard loss grows with each further error. @param hits 1 for pixels of the class, `[C, P]` @param sizes of the classes, `[C, 1]` */
function jaccardSlopes(b: GraphBuilder, hits: Value, sizes: Value): Value {
  const axis = b.ints([1]);
  const one = b.scalar(hits.type, 1);
  const pixels = sizeOf(hits.dims.slice(1));
  const left = b.sub(sizes, b.op('CumSum', [hits, b.reshape(axis, [])]));
  const union = b.add(sizes, b.op('CumSum', [b.sub(one, hits), b.reshape(axis, [])]));
  const jaccard = b.sub(one, b.div(left, union));
  if (pixels === 1) return jaccard;
  const before = b.op('Pad', [b.slice(jaccard, [0], [pixels - 1], [1]), b.ints([0, 1, 0, 0])]);
  return b.sub(jaccard, before);
}
