import type { Network, Value } from '../../torch-layers/index.js';

/** A network of torchvision, by the name of its entry point. */
export interface Architecture {
  /** Side of the images that its weights were trained with, in pixels. */
  readonly size: number;
  /**
   * Adds the layers that turn images `[N, 3, H, W]` into the outputs, by name: class scores `logits` `[N, classes]`, `features` `[N, C]` where the file has no
   * classifier, or for segmentation `out` `[N, classes, H, W]`.
   */
  readonly build: (net: Network, images: Value) => Readonly<Record<string, Value>>;
  /** What images in [0, 1] are normalised with, by channel, where that is not the statistics of ImageNet. */
  readonly normalisation?: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** That side where the weights have it: they may be made for images of one size. */
  readonly sizeOf?: (net: Network) => number;
  /** Weights of the file that the layers do without: branches beside the network that only training needs, tables that follow from sizes. */
  readonly unneeded?: RegExp;
}

export type ArchitectureTable = Readonly<Record<string, Architecture>>;
