import type { Extent, FeatureMap, Stage } from '../feature-map.js';
import type { Layers } from '../layers.js';

/** What a head reads and gives. */
export interface HeadInputs {
  /** Shallow to deep; at least one. */
  readonly stages: readonly Stage[];
  /** Scores for each position. */
  readonly classes: number;
  /** Of the image. */
  readonly image: Extent;
  /** Channels of the head's layers. */
  readonly width: number;
  /** Share of the values set to zero before the last layers while training, in [0, 1). */
  readonly dropout: number;
}

/** Adds layers that give scores `[N, classes, h, w]` at any size. */
export type Head = (l: Layers, inputs: HeadInputs) => FeatureMap;

export function deepest({ stages }: HeadInputs): FeatureMap {
  return (stages.at(-1) as Stage).map;
}

/** The map of the stage of a stride, or of the first one behind it; of those before the deepest, or that one where there is no other. */
export function lowLevel({ stages }: HeadInputs, stride: number): FeatureMap {
  const before = stages.slice(0, -1);
  return (before.find((stage) => stage.stride >= stride) ?? before.at(-1) ?? (stages.at(-1) as Stage)).map;
}
