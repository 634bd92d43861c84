import type { Graph } from '../../../engine/graph/index.js';
import type { GraphEdit } from './edit.js';
import type { Layer } from './layers.js';
import type { AdapterName, AdapterSpec } from './spec.js';

/** What a method changes. */
export interface Ground {
  readonly graph: Graph;
  readonly opset: number;
  /** All layers but those of the head. */
  readonly layers: readonly Layer[];
  readonly seed: number;
}

/** Reads the weight of a layer, or another tensor of the model, as numbers. */
export type Read = (name: string) => Float32Array;

/** What a layer computes with instead, once its adapter is folded in. */
export interface Folded {
  readonly weight: Float32Array;
  readonly bias?: Float32Array;
}

/** One way of fine-tuning few parameters. */
export interface Method<S extends AdapterSpec> {
  /** Writes it into the graph; the result computes what the base does, but for rounding, until it is trained. */
  readonly add: (edit: GraphEdit, spec: S, ground: Ground) => void;
  /** The weights of a layer with the adapter in them; `undefined` where the layer has none. Absent where the method is no change of weights. */
  readonly fold?: (layer: Layer, spec: S, read: Read, has: (name: string) => boolean) => Folded | undefined;
}

export type Methods = { readonly [Name in AdapterName]: Method<Extract<AdapterSpec, { name: Name }>> };
