import { attribute } from '../attributes.js';
import { type Dims, mismatch } from './dims.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** Scores [N, C, …] and targets [N, …] to a scalar, or to [N, …] where nothing is reduced. */
function lossDims(c: ShapeContext): Dims {
  const [scores, target] = [c.input(0).dims, c.input(1).dims];
  if (String([scores[0], ...scores.slice(2)]) !== String(target)) mismatch(c.node, scores, target);
  return attribute.string(c.node, 'reduction', 'mean') === 'none' ? target : [];
}

const negativeLogLikelihood: ShapeRule = (c) => [{ type: c.input(0).type, dims: lossDims(c) }];

/** The loss, and the log probabilities. */
const softmaxCrossEntropy: ShapeRule = (c) => [{ type: c.input(0).type, dims: lossDims(c) }, c.input(0)];

export const lossShapes = {
  NegativeLogLikelihoodLoss: negativeLogLikelihood,
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
} satisfies ShapeRules;
