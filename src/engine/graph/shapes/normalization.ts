import { attribute } from '../attributes.js';
import { axisOf, elementType } from './dims.js';
import { same } from './elementwise.js';
import type { ShapeRule, ShapeRules } from './rule.js';

/** The output, and the running mean and variance [C] where it trains. */
const batchNormalization: ShapeRule = (c) => {
  const y = c.input(0);
  return attribute.int(c.node, 'training_mode', 0) ? [y, c.input(3), c.input(4)] : [y];
};

/** The output, and the Mean and InvStdDev of every normalised slice. */
const layerNormalization: ShapeRule = (c) => {
  const { dims } = c.input(0);
  const axis = axisOf(c.node, attribute.int(c.node, 'axis', -1), dims.length);
  const statistics = { type: elementType(c.node, attribute.int(c.node, 'stash_type', 1)), dims: dims.map((dim, i) => (i < axis ? dim : 1)) };
  return [c.input(0), statistics, statistics];
};

const rmsNormalization: ShapeRule = (c) => [{ type: c.input(1).type, dims: c.input(0).dims }];

export const normalizationShapes = {
  BatchNormalization: batchNormalization,
  GroupNormalization: same,
  InstanceNormalization: same,
  LRN: same,
  LayerNormalization: layerNormalization,
  LpNormalization: same,
  MeanVarianceNormalization: same,
  RMSNormalization: rmsNormalization,
} satisfies ShapeRules;
