import type { WeightStore } from '../../keras-layers/index.js';
import type { Value } from './network.js';

/**
 * Writes a network down, from its image input to its last layer.
 * @param classes how many classes it tells apart; without, it ends at its features, as with `include_top=False`
 */
export type Design = (image: Value, classes: number | undefined) => Value;

/** How an application's authors prepared its images; `none` where its first layers do so. */
export type Preparation = 'caffe' | 'tf' | 'torch' | 'none';

/** An architecture of Keras Applications. */
export interface Application {
  /** Height and width of the images it was trained with, in pixels. */
  readonly size: number;
  readonly preparation: Preparation;
  /** Its forms, such as the widths of a MobileNet; which one a file holds is seen from the weights. */
  readonly designs: readonly [Design, ...Design[]];
  /** The form that the values of the weights call for, where their shapes do not say which one it is. */
  readonly refined?: (weights: WeightStore) => Design;
}

export type Applications = Readonly<Record<string, Application>>;
