import { binaryCrossEntropy } from './binary-cross-entropy.js';
import { type CrossEntropyOptions, crossEntropy } from './cross-entropy.js';
import type { Loss } from './loss.js';
import { meanSquaredError } from './mean-squared-error.js';
import { spanLoss } from './span.js';
import { type ContrastOptions, supervisedContrast } from './supervised-contrastive.js';

/** The losses by the name a spec uses, with their options. */
export type LossSpec =
  | ({ readonly name: 'cross-entropy' } & CrossEntropyOptions)
  | { readonly name: 'mse' }
  | { readonly name: 'bce' }
  | { readonly name: 'span' }
  | ({ readonly name: 'supervised-contrastive' } & ContrastOptions);

const losses: { readonly [Name in LossSpec['name']]: (spec: Extract<LossSpec, { name: Name }>) => Loss } = {
  'cross-entropy': crossEntropy,
  mse: () => meanSquaredError,
  bce: () => binaryCrossEntropy,
  span: () => spanLoss,
  'supervised-contrastive': supervisedContrast,
};

export function createLoss(spec: LossSpec): Loss {
  const create: (spec: never) => Loss = losses[spec.name];
  return create(spec as never);
}

export type { Loss, LossInputs } from './loss.js';
