import type { StandardOp } from '../ops.js';
import { attentionShapes } from './attention.js';
import { convShapes } from './conv.js';
import { dynamicShapes } from './dynamic.js';
import { einsumShapes } from './einsum.js';
import { elementwiseShapes } from './elementwise.js';
import { gatherShapes } from './gather.js';
import { layoutShapes } from './layout.js';
import { lossShapes } from './loss.js';
import { matMulShapes } from './matmul.js';
import { normalizationShapes } from './normalization.js';
import { poolShapes } from './pool.js';
import { quantizeShapes } from './quantize.js';
import { recurrentShapes } from './recurrent.js';
import { reduceShapes } from './reduce.js';
import { resizeShapes } from './resize.js';
import type { ShapeRule } from './rule.js';
import { signalShapes } from './signal.js';
import { sliceShapes } from './slice.js';
import { sourceShapes } from './source.js';

/** One row an operator: the types of its outputs, or `dynamic` where those are only known when it runs. */
export const shapeRules: Readonly<Record<StandardOp, ShapeRule | 'dynamic'>> = {
  ...attentionShapes,
  ...convShapes,
  ...dynamicShapes,
  ...einsumShapes,
  ...elementwiseShapes,
  ...gatherShapes,
  ...layoutShapes,
  ...lossShapes,
  ...matMulShapes,
  ...normalizationShapes,
  ...poolShapes,
  ...quantizeShapes,
  ...recurrentShapes,
  ...reduceShapes,
  ...resizeShapes,
  ...signalShapes,
  ...sliceShapes,
  ...sourceShapes,
};
