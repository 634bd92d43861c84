import type { Interval } from '../../../trust/evaluation/index.js';
import type { MethodName } from './methods.js';

/** A share of right predictions. */
export interface Share {
  readonly accuracy: number;
  /** 95%, by the number of images (Wilson). */
  readonly interval: Interval;
}

/** What one method got right on one seed, on held-out images of the vendor that was trained on. */
export interface DemoResult extends Share {
  readonly method: MethodName;
  readonly seed: number;
  /** On the other vendor's drawings of glyphs that were not trained on. */
  readonly shifted: Share;
  /** Wall time of training, without what all methods share (download, decoding, frozen features). */
  readonly seconds: number;
}
