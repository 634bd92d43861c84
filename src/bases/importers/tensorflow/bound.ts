import type { Tensor } from '../../../core/index.js';
import type { Conversion } from './conversion.js';
import type { TfFunction, TfNode } from './graph.js';
import type { TensorList } from './scope.js';

/** What a tensor is: a value of the ONNX graph, a list of such, or a tensor stored in the model. */
export type Bound = { readonly value: string } | { readonly list: TensorList } | { readonly frame: Run; readonly tensor: string };

/** The node that stores a tensor, and the run it belongs to. */
export interface Storing {
  readonly frame: Run;
  readonly node: TfNode;
}

/** One run of a function, as the converters of loops and conditionals see it. */
export interface Run {
  readonly conversion: Conversion;
  /** What `tensor` is, seen through the runs around. */
  bound(tensor: string): Bound;
  bind(tensor: string, bound: Bound): void;
  value(tensor: string): string;
  constant(tensor: string): Tensor | undefined;
  storing(tensor: string): Storing | undefined;
  /** A run of `body` inside this one. */
  inner(body: TfFunction, inputs: readonly Bound[]): Run;
  /** Converts every node; returns what the outputs are. */
  run(): Bound[];
}
