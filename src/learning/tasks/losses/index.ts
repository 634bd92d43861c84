import { type ArcFaceOptions, arcFace } from './arcface.js';
import { batchHardTriplet } from './batch-hard-triplet.js';
import { type BinaryOptions, binaryCrossEntropy } from './binary-cross-entropy.js';
import { cosineSimilarity } from './cosine-similarity.js';
import { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js';
import { dice } from './dice.js';
import { type BinaryFocalOptions, binaryFocal, type FocalOptions, focal } from './focal.js';
import type { Loss } from './loss.js';
import { lovasz } from './lovasz.js';
import { meanSquaredError, type SquaredErrorOptions } from './mean-squared-error.js';
import { multipleNegativesRanking, type RankingOptions } from './multiple-negatives-ranking.js';
import { pixelCrossEntropy } from './pixel-cross-entropy.js';
import { spanLoss } from './span.js';
import { sumOf } from './sum.js';
import { type ContrastOptions, supervisedContrast } from './supervised-contrastive.js';
import { type TripletOptions, triplet } from './triplet.js';

/** The losses by the name a spec uses, with their options. */
export type LossSpec =
  | ({ readonly name: 'cross-entropy' } & CrossEntropyOptions)
  | ({ readonly name: 'pixel-cross-entropy' | 'cross-entropy+dice' | 'cross-entropy+lovasz' } & CrossEntropyOptions)
  | { readonly name: 'dice' }
  | { readonly name: 'lovasz' }
  | ({ readonly name: 'focal' } & FocalOptions)
  | ({ readonly name: 'binary-focal' } & BinaryFocalOptions)
  | ({ readonly name: 'mse' } & SquaredErrorOptions)
  | ({ readonly name: 'bce' } & BinaryOptions)
  | { readonly name: 'span' }
  | { readonly name: 'cosine-similarity' }
  | ({ readonly name: 'multiple-negatives-ranking' } & RankingOptions)
  | ({ readonly name: 'triplet' } & TripletOptions)
  | ({ readonly name: 'batch-hard-triplet' } & TripletOptions)
  | ({ readonly name: 'arcface'; readonly classes: number } & ArcFaceOptions)
  | ({ readonly name: 'supervised-contrastive' } & ContrastOptions);

const losses: { readonly [Name in LossSpec['name']]: (spec: Extract<LossSpec, { name: Name }>) => Loss } = {
  'cross-entropy': crossEntropy,
  'pixel-cross-entropy': pixelCrossEntropy,
  'cross-entropy+dice': (options) => sumOf(pixelCrossEntropy(options), dice),
  'cross-entropy+lovasz': (options) => sumOf(pixelCrossEntropy(options), lovasz),
  dice: () => dice,
  lovasz: () => lovasz,
  focal,
  'binary-focal': binaryFocal,
  mse: meanSquaredError,
  bce: binaryCrossEntropy,
  span: () => spanLoss,
  'cosine-similarity': () => cosineSimilarity,
  'multiple-negatives-ranking': multipleNegativesRanking,
  triplet,
  'batch-hard-triplet': batchHardTriplet,
  arcface: arcFace,
  'supervised-contrastive': supervisedContrast,
};

export function createLoss(spec: LossSpec): Loss {
  const create: (spec: never) => Loss = losses[spec.name];
  return create(spec as never);
}

export type { Loss, LossInputs } from './loss.js';
export type { TargetScale } from './mean-squared-error.js';
export { ROLE } from './roles.js';
