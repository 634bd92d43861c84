import * as z from 'zod';
import { cast, fail, type Tensor } from '../../../core/index.js';
import type { JsonObject } from '../json.js';
import {
  convertGraph,
  placeholders,
  type TfAttribute,
  type TfGraph,
  type TfNode,
  type TfPort,
  type TfShape,
  type TfType,
  unread,
} from '../tensorflow/index.js';
import type { Import } from '../types.js';
import { decodeBase64 } from './base64.js';

const wholeNumber = z.union([z.number(), z.string()]).transform(Number).refine(Number.isInteger, 'not a whole number');
const dimension = wholeNumber.refine(Number.isSafeInteger, 'too large');
const typeName = z.union([z.string(), z.number()]);
const shape = z.object({ dim: z.array(z.object({ size: dimension.optional() })).optional(), unknownRank: z.boolean().optional() });
const text = z.union([z.string(), z.array(z.number())]);
const attribute = z.looseObject({
  b: z.boolean().optional(),
  f: z.union([z.number(), z.string()]).transform(Number).optional(),
  i: wholeNumber.optional(),
  s: text.optional(),
  type: typeName.optional(),
  shape: shape.optional(),
  tensor: z.looseObject({}).optional(),
  func: z.looseObject({ name: z.string() }).optional(),
  list: z
    .looseObject({
      b: z.array(z.boolean()).optional(),
      f: z.array(z.number()).optional(),
      i: z.array(wholeNumber).optional(),
      s: z.array(text).optional(),
      type: z.array(typeName).optional(),
      shape: z.array(shape).optional(),
    })
    .optional(),
});
const node = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), attribute).optional(),
});
const port = z.looseObject({ name: z.string().optional(), dtype: typeName.optional(), tensorShape: shape.optional() });
const signatureForm = z.looseObject({
  inputs: z.record(z.string(), port).optional(),
  outputs: z.record(z.string(), port).optional(),
});
const graphForm = z.looseObject({ node: z.array(node) });

type JsonAttribute = z.infer<typeof attribute>;
type JsonShape = z.infer<typeof shape>;

/** Types by number and name of tensorflow/core/framework/types.proto. */
const TYPES: readonly (readonly [number, string, TfType])[] = [
  [1, 'DT_FLOAT', 'float32'],
  [2, 'DT_DOUBLE', 'float64'],
  [3, 'DT_INT32', 'int32'],
  [4, 'DT_UINT8', 'uint8'],
  [5, 'DT_INT16', 'int16'],
  [6, 'DT_INT8', 'int8'],
  [7, 'DT_STRING', 'string'],
  [9, 'DT_INT64', 'int64'],
  [10, 'DT_BOOL', 'bool'],
  [19, 'DT_HALF', 'float16'],
  [20, 'DT_RESOURCE', 'resource'],
];

/** A TF.js graph model: a TensorFlow graph in JSON, whose constants are in the weights. @throws IMPORT_FILE_INVALID, and what the conversion throws */
export function importGraphModel(
  topology: JsonObject,
  signature: unknown,
  weights: ReadonlyMap<string, Tensor>,
  place: { readonly file: string; readonly uri: string },
): Import {
  return convertGraph(readGraph(topology, signature, weights, place));
}

function readGraph(
  topology: JsonObject,
  signature: unknown,
  weights: ReadonlyMap<string, Tensor>,
  place: { readonly file: string; readonly uri: string },
): TfGraph {
  const parsed = graphForm.safeParse(topology);
  const signed = signatureForm.safeParse(signature ?? {});
  if (!parsed.success || !signed.success) {
    const issue = (parsed.error ?? signed.error)?.issues[0];
    return fail('IMPORT_FILE_INVALID', { ...place, format: 'a TensorFlow.js graph model', reason: `${issue?.path.join('.')}: ${issue?.message}` });
  }
  const nodes = parsed.data.node.map((item) => readNode(item, weights));
  const [inputs, outputs] = [ports(signed.data.inputs), ports(signed.data.outputs)];
  return {
    nodes,
    inputs: inputs.length > 0 ? inputs : placeholders(nodes),
    outputs: outputs.length > 0 ? outputs : unread(nodes),
    variables: new Map(),
    functions: new Map(),
  };
}

function readNode({ name, op, input = [], attr = {} }: z.infer<typeof node>, weights: ReadonlyMap<string, Tensor>): TfNode {
  const inputs = input.filter((tensor) => !tensor.startsWith('^'));
  const attributes = new Map(Object.entries(attr).flatMap(([key, value]) => (key === 'value' ? [] : pair(key, readAttribute(value)))));
  const weight = op === 'Const' ? weights.get(name) : undefined;
  if (weight) attributes.set('value', { kind: 'tensor', value: declared(weight, attributes.get('dtype')) });
  return { name, op, inputs, attributes };
}

/** TF.js stores 64-bit numbers as 32-bit ones. */
function declared(weight: Tensor, type: TfAttribute | undefined): Tensor {
  return type?.kind === 'type' && (type.value === 'int64' || type.value === 'float64') ? cast(weight, type.value) : weight;
}

function pair(key: string, value: TfAttribute | undefined): [string, TfAttribute][] {
  return value ? [[key, value]] : [];
}

function readAttribute(value: JsonAttribute): TfAttribute | undefined {
  if (value.b !== undefined) return { kind: 'bool', value: value.b };
  if (value.i !== undefined) return { kind: 'int', value: value.i };
  if (value.f !== undefined) return { kind: 'float', value: value.f };
  if (value.s !== undefined) return { kind: 'string', value: readText(value.s) };
  if (value.type !== undefined) return { kind: 'type', value: readType(value.type) };
  if (value.shape) return { kind: 'shape', value: readShape(value.shape) };
  if (value.func) return { kind: 'function', value: value.func.name };
  return value.list ? { kind: 'list', value: readList(value.list) } : undefined;
}

function readList(list: NonNullable<JsonAttribute['list']>): TfAttribute[] {
  return [
    ...(list.b ?? []).map((value): TfAttribute => ({ kind: 'bool', value })),
    ...(list.i ?? []).map((value): TfAttribute => ({ kind: 'int', value })),
    ...(list.f ?? []).map((value): TfAttribute => ({ kind: 'float', value })),
    ...(list.s ?? []).map((value): TfAttribute => ({ kind: 'string', value: readText(value) })),
    ...(list.type ?? []).map((value): TfAttribute => ({ kind: 'type', value: readType(value) })),
    ...(list.shape ?? []).map((value): TfAttribute => ({ kind: 'shape', value: readShape(value) })),
  ];
}

/** Texts are base64, or a list of bytes. */
function readText(value: string | readonly number[]): string {
  const bytes = typeof value === 'string' ? decodeBase64(value) : Uint8Array.from(value);
  return bytes ? new TextDecoder().decode(bytes) : String(value);
}

function readType(value: string | number): TfType {
  return TYPES.find(([number, name]) => number === value || name === value)?.[2] ?? 'other';
}

function readShape({ dim = [], unknownRank = false }: JsonShape): TfShape {
  return unknownRank ? undefined : dim.map(({ size = 0 }) => (size < 0 ? null : size));
}

function ports(signature: Readonly<Record<string, z.infer<typeof port>>> = {}): TfPort[] {
  return Object.entries(signature).map(([key, { name = key, dtype = 'DT_FLOAT', tensorShape }]) => ({
    name: key.replace(/:0$/, ''),
    tensor: name,
    type: readType(dtype),
    dims: tensorShape && readShape(tensorShape),
  }));
}
