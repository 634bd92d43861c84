import type { DataType, Tensor } from '../../../core/index.js';

/** Types of TensorFlow values; `other` stands for complex, quantised and variant types, which nothing here computes with. */
export type TfType = DataType | 'string' | 'resource' | 'other';

/** Sizes of a shape, `null` where not fixed; `undefined` for an unknown rank. */
export type TfShape = readonly (number | null)[] | undefined;

/** A constant of a type that ONNX does not hold, such as text. */
export interface TfOpaque {
  readonly type: Exclude<TfType, DataType>;
  readonly dims: readonly number[];
  /** The elements of a text tensor; empty otherwise. */
  readonly texts: readonly string[];
}

/** The value of an attribute, one kind a field of `AttrValue` in tensorflow/core/framework/attr_value.proto. */
export type TfAttribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'type'; readonly value: TfType }
  | { readonly kind: 'shape'; readonly value: TfShape }
  | { readonly kind: 'tensor'; readonly value: Tensor | TfOpaque }
  | { readonly kind: 'function'; readonly value: string }
  | { readonly kind: 'list'; readonly value: readonly TfAttribute[] };

export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** Data inputs as `node` (its output 0) or `node:output`; control inputs are left out. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, TfAttribute>;
}

/** An input or output of the model. `name` is what the signature calls it, `tensor` is `node` or `node:output`. */
export interface TfPort {
  readonly name: string;
  readonly tensor: string;
  readonly type: TfType;
  readonly dims: TfShape;
}

/** A body of a conditional or a loop. */
export interface TfFunction {
  readonly nodes: readonly TfNode[];
  readonly inputs: readonly TfPort[];
  readonly outputs: readonly TfPort[];
}

/** A TensorFlow computation, wherever it was read from: calls are inlined, one signature is chosen. Nodes are in no special order. */
export interface TfGraph extends TfFunction {
  /** By the name of the node (`VarHandleOp`, `VariableV2` …) that stands for the variable. */
  readonly variables: ReadonlyMap<string, Tensor>;
  /** Bodies that `If` and `While` nodes name. */
  readonly functions: ReadonlyMap<string, TfFunction>;
}
