import type { Mask } from '../image.js';

/** Where the masks of a data set come from. */
export interface MaskSource {
  /** In the order of the class indices. */
  readonly names: readonly string[];
  /** @throws DATA_MASK_… errors for one that says nothing of its image */
  read(index: number): Promise<Mask>;
  /** What the mask is read from. */
  bytes(index: number): Promise<Uint8Array>;
}
