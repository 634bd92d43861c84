import { float32 } from '../../../core/index.js';
import { type Loss, meanOver, unitRows } from './loss.js';
import { ahead, checkRows, countAnchors, hasRole, ROLE, textNumbers } from './roles.js';

export interface RankingOptions {
  /** Multiplies the cosines: 1 divided by the temperature. Above 0. */
  readonly scale: number;
}

/**
 * Softmax cross-entropy of picking, by cosine, the text that belongs to an anchor among all others of the batch: its own positive, the positives of other
 * anchors and all negatives (Henderson et al., Efficient Natural Language Response Suggestion, arXiv 1705.00652; `MultipleNegativesRankingLoss` of
 * sentence-transformers). Another candidate that is the same text as the positive is no candidate: it would be a wrong negative.
 *
 * Embeddings `[R, D]` and int64 `[R, 2]`: role and number of each text.
 */
export function multipleNegativesRanking({ scale }: RankingOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    checkRows('multiple-negatives-ranking', output, target, 2);
    const [rows = 0] = output.dims;
    const unit = unitRows(b, output);
    const anchors = hasRole(b, target, ROLE.anchor, output);
    const candidates = b.reshape(b.mul(mask, b.sub(b.full(output.type, [rows], 1), anchors)), [1, rows]);
    // 1 at the row behind the anchor's.
    const own = b.cast(b.constant(float32([rows, rows], nextRows(rows))), output.type);
    const texts = textNumbers(b, target);
    const same = b.cast(b.equal(b.reshape(ahead(b, texts, 1), [rows, 1]), b.reshape(texts, [1, rows])), output.type);
    const others = b.mul(candidates, b.sub(b.full(output.type, [rows, rows], 1), same));
    const allowed = b.op('Max', [others, own]);
    const cosines = b.mul(b.op('Gemm', [unit, unit], { transB: 1 }), scale);
    const logits = b.add(cosines, b.mul(b.sub(allowed, 1), 1e9));
    const losses = b.neg(b.reduceSum(b.mul(own, b.op('LogSoftmax', [logits], { axis: -1 })), [1], false));
    return meanOver(b, losses, b.mul(anchors, mask));
  };
  return { build, weight: countAnchors };
}

function nextRows(rows: number): Float32Array {
  const data = new Float32Array(rows * rows);
  for (let row = 0; row + 1 < rows; row++) data[row * rows + row + 1] = 1;
  return data;
}
