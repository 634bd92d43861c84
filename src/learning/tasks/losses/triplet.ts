import { type Loss, meanOver, unitRows } from './loss.js';
import { ahead, checkRows, cosineAhead, hasRole, ROLE } from './roles.js';

export interface TripletOptions {
  /** By how much more an anchor shall be like its positive than like its negative, in cosine; above 0, to 2. */
  readonly margin: number;
}

/**
 * Mean of max(0, cos(anchor, negative) − cos(anchor, positive) + margin) over the triplets (Schroff et al., FaceNet, arXiv 1503.03832, with the cosine
 * distance, as PyTorch's `TripletMarginWithDistanceLoss` computes it). Anchors without a negative count for nothing.
 *
 * Embeddings `[R, D]` and int64 `[R, 2]`: role and number of each text.
 */
export function triplet({ margin }: TripletOptions): Loss {
  const build: Loss['build'] = (b, { output, target, mask }) => {
    checkRows('triplet', output, target, 2);
    const unit = unitRows(b, output);
    const negatives = b.mul(hasRole(b, target, ROLE.negative, output), mask);
    const triplets = b.mul(hasRole(b, target, ROLE.anchor, output), ahead(b, negatives, 2));
    const excess = b.add(b.sub(cosineAhead(b, unit, 2), cosineAhead(b, unit, 1)), margin);
    return meanOver(b, b.op('Relu', [excess]), b.mul(triplets, mask));
  };
  return { build, weight: countTriplets };
}

function countTriplets(targets: ArrayLike<number | bigint>): number {
  let count = 0;
  for (let i = 0; i < targets.length; i += 2) if (Number(targets[i]) === ROLE.negative) count++;
  return count;
}
