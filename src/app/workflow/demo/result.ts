import type { Interval } from '../../../trust/evaluation/index.js';

/** What one method got right on one seed. */
export interface DemoResult {
  readonly method: string;
  readonly seed: number;
  /** Share of the held-out images of the vendor that was trained on. */
  readonly accuracy: number;
  /** 95%, by the number of held-out images. */
  readonly interval: Interval;
  /** The same on the other vendor's drawings of glyphs that were not trained on. */
  readonly shifted: { readonly accuracy: number; readonly interval: Interval };
  /** Wall time of fitting, without what all methods share (download, decoding, frozen features). */
  readonly seconds: number;
}
