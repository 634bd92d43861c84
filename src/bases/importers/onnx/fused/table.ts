import { attention } from './attention/attention.js';
import { groupQueryAttention } from './attention/group-query.js';
import { multiHeadAttention } from './attention/multi-head.js';
import { embeddingExpansions } from './embedding.js';
import { geluExpansions } from './gelu.js';
import { normalizationExpansions } from './normalization.js';
import { plainExpansions } from './plain.js';
import { productExpansions } from './products.js';
import { rotaryExpansions } from './rotary.js';
import { softmaxExpansions } from './softmax.js';
import type { Expansions } from './write.js';

/**
 * Operators of the domain `com.microsoft`, which ONNX Runtime's optimisers write, in standard operators. Source: onnxruntime/docs/ContribOperators.md
 * and the CPU kernels.
 */
export const fusedExpansions: Expansions = {
  Attention: attention,
  GroupQueryAttention: groupQueryAttention,
  MultiHeadAttention: multiHeadAttention,
  ...embeddingExpansions,
  ...geluExpansions,
  ...normalizationExpansions,
  ...plainExpansions,
  ...productExpansions,
  ...rotaryExpansions,
  ...softmaxExpansions,
};
