import type { StandardOp } from '../graph/index.js';
import type { RuleRow } from './rule.js';
import { activationRules } from './rules/activations.js';
import { arithmeticRules } from './rules/arithmetic.js';
import { attentionRules } from './rules/attention.js';
import { convRules } from './rules/conv.js';
import { dftRules } from './rules/dft.js';
import { dropoutRules } from './rules/dropout.js';
import { einsumRules } from './rules/einsum.js';
import { gatherRules } from './rules/gather.js';
import { gridRules } from './rules/grid-sample.js';
import { layoutRules } from './rules/layout.js';
import { lossRules } from './rules/losses.js';
import { matmulRules } from './rules/matmul.js';
import { momentRules } from './rules/moments.js';
import { noGradient, noRule } from './rules/none.js';
import { normalizationRules } from './rules/normalization.js';
import { orderRules } from './rules/order.js';
import { poolingRules } from './rules/pooling.js';
import { quantizeRules } from './rules/quantize.js';
import { recurrentRules } from './rules/recurrent.js';
import { reduceRules } from './rules/reduce.js';
import { resizeRules } from './rules/resize.js';
import { slicingRules } from './rules/slicing.js';
import { softmaxRules } from './rules/softmax.js';
import { transcendentalRules } from './rules/transcendental.js';

/** The gradient rule of every operator of the standard domain; a missing row does not compile. */
export const rules: Readonly<Record<StandardOp, RuleRow>> = {
  ...noGradient,
  ...noRule,
  ...activationRules,
  ...arithmeticRules,
  ...convRules,
  ...attentionRules,
  ...dftRules,
  ...dropoutRules,
  ...einsumRules,
  ...gatherRules,
  ...gridRules,
  ...layoutRules,
  ...lossRules,
  ...matmulRules,
  ...momentRules,
  ...normalizationRules,
  ...orderRules,
  ...poolingRules,
  ...quantizeRules,
  ...recurrentRules,
  ...reduceRules,
  ...resizeRules,
  ...slicingRules,
  ...softmaxRules,
  ...transcendentalRules,
};
