import { deepLab, deepLabPlus } from './deeplab.js';
import { fcn } from './fcn.js';
import type { Head } from './head.js';
import { linearHead } from './linear.js';
import { lrAspp } from './lr-aspp.js';
import { uNet } from './u-net.js';

/** Of a head that users do not state. */
interface HeadRow {
  readonly build: Head;
  /** Channels of its layers; of FCN a quarter of the backbone's. */
  readonly width?: number;
  readonly dropout: number;
  /** Whether the deepest map is kept larger than the backbone made it. */
  readonly dilates: boolean;
}

/** Every head that gives scores for pixels; one file and one row add one. Widths and dropout are those of the papers' code. */
const heads = {
  linear: { build: linearHead, dropout: 0, dilates: true },
  fcn: { build: fcn, dropout: 0.1, dilates: true },
  deeplabv3: { build: deepLab, width: 256, dropout: 0.5, dilates: true },
  'deeplabv3+': { build: deepLabPlus, width: 256, dropout: 0.5, dilates: true },
  'lr-aspp': { build: lrAspp, width: 128, dropout: 0, dilates: true },
  'u-net': { build: uNet, width: 256, dropout: 0, dilates: false },
} as const satisfies Readonly<Record<string, HeadRow>>;

export type SegmentationHeadName = keyof typeof heads;

export function segmentationHead(name: SegmentationHeadName): HeadRow {
  return heads[name];
}

export { fullyConvolutional } from './fcn.js';
