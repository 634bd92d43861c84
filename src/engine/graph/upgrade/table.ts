import { axesRows } from './axes.js';
import { broadcastRows } from './broadcast.js';
import { elementwiseRows } from './elementwise.js';
import { legacyRows } from './legacy.js';
import { normalizationRows } from './normalization.js';
import { resizeRows } from './resize.js';
import type { UpgradeRow } from './row.js';
import { sequenceRows } from './sequence.js';
import { softmaxRows } from './softmax.js';

/**
 * Every change of a standard operator between opset 1 and 21 that changes how a node is written; the rest only added
 * element types or attributes whose default is the old meaning. Source: onnx/docs/Changelog.md.
 */
export const upgradeRows: readonly UpgradeRow[] = [
  ...axesRows,
  ...broadcastRows,
  ...elementwiseRows,
  ...legacyRows,
  ...normalizationRows,
  ...resizeRows,
  ...sequenceRows,
  ...softmaxRows,
];
