import { type Loss, maskLike, sumAll } from './loss.js';

/**
 * Mean of two softmax cross-entropies over the tokens of a text, that of where an answer begins and that of where it ends: logits `[N, T, 2]` and
 * positions int64 `[N, 2]` (Devlin et al., BERT, arXiv 1810.04805, section 4.2).
 */
const build: Loss['build'] = (b, { output, target, mask }) => {
  const [n = 0, tokens = 0] = output.dims;
  const logits = b.reshape(b.op('Transpose', [output], { perm: [0, 2, 1] }), [2 * n, tokens]);
  const losses = b.op('SoftmaxCrossEntropyLoss', [logits, b.reshape(target, [2 * n])], { reduction: 'none' });
  const perSample = b.reshape(losses, [n, 2]);
  return b.div(sumAll(b, b.mul(perSample, maskLike(b, mask, perSample))), b.mul(sumAll(b, mask), 2));
};

export const spanLoss: Loss = { build, weight: (_, samples) => samples };
