import type { RewriteRule } from './rule.js';
import { depthwiseProduct } from './rules/depthwise-product.js';
import { gelu, geluTanh } from './rules/gelu.js';
import { hardSwish } from './rules/hard-swish.js';
import { layerNormalization } from './rules/layer-normalization.js';
import { mergeReshapes } from './rules/merge-reshapes.js';
import { mergeTransposes } from './rules/merge-transposes.js';
import { rmsNormalization } from './rules/rms-normalization.js';
import { scaledConvolution } from './rules/scaled-convolution.js';
import { unreadTaps } from './rules/unread-taps.js';

export { type Rewritten, rewrite } from './rewrite.js';
export type { RewriteRule } from './rule.js';

/** The rules that use ops of an opset from 21 on. */
export function rewriteRules(opset: number): readonly RewriteRule[] {
  const always = [layerNormalization, gelu, geluTanh, hardSwish, mergeTransposes, mergeReshapes, scaledConvolution, unreadTaps, depthwiseProduct];
  return opset >= 23 ? [...always, rmsNormalization] : always;
}
