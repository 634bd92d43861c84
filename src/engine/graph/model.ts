import type { DataType, Tensor } from '../../core/index.js';

/** A dimension: a number, the name of a symbolic dimension, or `null` where nothing is known. */
export type Dim = number | string | null;

export type ValueType =
  | { readonly kind: 'tensor'; readonly type: DataType | 'string' | 'unknown'; readonly dims: readonly Dim[] | undefined }
  | { readonly kind: 'sequence' | 'optional'; readonly element: ValueType }
  | { readonly kind: 'opaque'; readonly bytes: Uint8Array };

export interface ValueInfo {
  readonly name: string;
  readonly type: ValueType;
}

/**
 * An ONNX node attribute. `reference` names an attribute of the enclosing function, inside a function body only. 64-bit
 * integers beyond ±(2⁵³−1) are held as ±(2⁵³−1), which is written as INT64_MAX and INT64_MIN. `bytes` is the encoded AttributeProto.
 */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: StoredTensor }
  | { readonly kind: 'graph'; readonly value: Graph }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'graphs'; readonly value: readonly Graph[] }
  | { readonly kind: 'reference'; readonly value: string; readonly bytes: Uint8Array }
  | { readonly kind: 'opaque'; readonly bytes: Uint8Array };

/** Tensors whose elements Regraft does not compute with (strings, complex, 8-bit floats and below, sparse) keep their encoded form. */
export interface OpaqueTensor {
  readonly type: 'opaque';
  readonly dims: readonly number[];
  /** TensorProto.DataType number of the elements. */
  readonly element: number;
  readonly encoding: 'dense' | 'sparse';
  /** The encoded TensorProto or SparseTensorProto, without its name. */
  readonly bytes: Uint8Array;
}

export type StoredTensor = Tensor | OpaqueTensor;

export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly name: string;
  readonly op: string;
  /** `''` is the standard ONNX domain. */
  readonly domain: string;
  /** Which of several model-local functions of one name is called; absent for the one without a mark. */
  readonly overload?: string;
  /** Value names; `''` stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

export interface Graph {
  readonly name: string;
  /** In topological order. */
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, StoredTensor>;
  /** Types the file states for intermediate values; may be empty. */
  readonly valueInfo: ReadonlyMap<string, ValueType>;
}

/** A local function of a model, as ONNX FunctionProto. */
export interface FunctionBody {
  readonly domain: string;
  readonly name: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly string[];
  readonly defaults: Attributes;
  readonly nodes: readonly Node[];
  readonly opsets: ReadonlyMap<string, number>;
}

export interface Model {
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  /** Version by domain; the standard domain is `''`. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly functions: readonly FunctionBody[];
  readonly graph: Graph;
}

/** The type of a value once every dimension is known. */
export interface TensorType {
  readonly type: DataType;
  readonly dims: readonly number[];
}
