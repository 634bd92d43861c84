import { type DataType, fail, rowOf } from '../../../core/index.js';
import type { Dim } from '../../../engine/graph/index.js';
import { isArray, isObject, type Json, type JsonObject } from '../json.js';
import { LayerConfig } from './config.js';
import { isModelType } from './model-type.js';

/** An output of a call of a layer. */
export interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** What a layer is given: a value, or where it is an arithmetic operation such as `x + 3`, a number. */
export type Operand = TensorRef | number;

export interface InputSpec {
  readonly shape: readonly Dim[];
  readonly type: DataType;
}

interface LayerBase {
  readonly name: string;
  /** The inputs of every call of the layer; a shared layer has several calls. */
  readonly calls: readonly (readonly Operand[])[];
}

export type LayerSpec = LayerBase &
  (
    | { readonly kind: 'input'; readonly input: InputSpec }
    | { readonly kind: 'layer'; readonly config: LayerConfig }
    | { readonly kind: 'model'; readonly model: ModelSpec }
  );

/** A functional model; sequential ones are brought into this form. */
export interface ModelSpec {
  readonly name: string;
  /** Its class: `Functional`, `Sequential` or what older versions called them. */
  readonly type: string;
  readonly layers: readonly LayerSpec[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** How deep models may be nested in models. */
const MAX_DEPTH = 32;

/**
 * Reads the layers of a model as Keras 1 to 3 and TF.js write them: `{ class_name, config }`.
 * @throws IMPORT_TOPOLOGY
 */
export function readTopology(model: Json | undefined, depth = 0): ModelSpec {
  if (depth > MAX_DEPTH) broken(`models are nested more than ${MAX_DEPTH} deep`);
  const type = isObject(model) ? model.class_name : undefined;
  const config = isObject(model) ? model.config : undefined;
  if (!isModelType(type)) return broken(`it is neither Sequential nor Functional but ${JSON.stringify(type)}`);
  if (type === 'Sequential') return readSequential(isArray(config) ? { layers: config } : objectOf(config, 'the model'), depth);
  return readFunctional(objectOf(config, 'the model'), type, depth);
}

function readFunctional(config: JsonObject, type: string, depth: number): ModelSpec {
  const layers = listOf(config.layers, 'layers').map((layer) => readLayer(objectOf(layer, 'a layer'), depth));
  return { name: nameOf(config, 'model'), type, layers, inputs: readRefs(config.input_layers), outputs: readRefs(config.output_layers) };
}

/** Each layer takes the one before it; the first one's shape makes the input where no InputLayer does. */
function readSequential(config: JsonObject, depth: number): ModelSpec {
  const given = listOf(config.layers, 'layers').map((layer) => readLayer(objectOf(layer, 'a layer'), depth));
  const [first = broken('a Sequential model has no layers')] = given;
  const layers = first.kind === 'input' ? given : [inputFor(first, config), ...given];
  const chained = layers.map((layer, i) => ({ ...layer, calls: i === 0 ? [] : [[refTo(layers[i - 1]?.name ?? '')]] }));
  return {
    name: nameOf(config, 'sequential'),
    type: 'Sequential',
    layers: chained,
    inputs: [refTo(layers[0]?.name ?? '')],
    outputs: [refTo(layers.at(-1)?.name ?? '')],
  };
}

function inputFor(first: LayerSpec, config: JsonObject): LayerSpec {
  const input = firstInput(first) ?? shapeFrom(config.build_input_shape, config.dtype);
  if (!input) return broken(`the first layer "${first.name}" of a Sequential model states no input shape`);
  return { name: `${first.name}_input`, kind: 'input', calls: [], input };
}

function firstInput(layer: LayerSpec): InputSpec | undefined {
  if (layer.kind === 'input') return layer.input;
  if (layer.kind === 'layer') return inputSpecOf(layer.config.values);
  const { layers, inputs } = layer.model;
  const inner = layers.find((candidate) => candidate.name === inputs[0]?.layer);
  return inner?.kind === 'input' ? inner.input : undefined;
}

function readLayer(layer: JsonObject, depth: number): LayerSpec {
  const type = typeOf(layer) ?? broken('a layer has no class_name');
  if (isModelType(type)) {
    const model = readTopology(layer, depth + 1);
    return { name: typeof layer.name === 'string' ? layer.name : model.name, kind: 'model', model, calls: readCalls(layer.inbound_nodes) };
  }
  const config = objectOf(layer.config, `the configuration of a ${type}`);
  const name = typeof layer.name === 'string' ? layer.name : nameOf(config, type);
  const base = { name, calls: readCalls(layer.inbound_nodes, ARITHMETIC.has(type)) };
  if (type !== 'InputLayer') return { ...base, kind: 'layer', config: new LayerConfig(name, type, config) };
  return { ...base, kind: 'input', input: inputSpecOf(config) ?? broken(`input "${name}" states no shape`) };
}

/** Where Keras' own layers and models are, across its versions. */
const KERAS_MODULE = /^(?:tf_)?keras\.(?:src\.)?(?:layers|models|engine|applications)(?:\.|$)|^(?:tf_)?keras$/;

/** Operations of Keras 3 that layers of the same name, or none, compute; functional models have them where people write `x + 3`. */
const ARITHMETIC: ReadonlySet<string> = new Set(['Add', 'Divide', 'Maximum', 'Minimum', 'Multiply', 'Subtract', 'TrueDivide']);
const ARITHMETIC_MODULE = /^keras\.(?:src\.)?ops\.numpy$/;

/** The class of a layer; with its module where that is another one, since other packages have a Dense and `keras.ops` has an Average, too. */
export function typeOf({ class_name: type, module }: JsonObject): string | undefined {
  if (typeof type !== 'string') return undefined;
  if (typeof module !== 'string' || KERAS_MODULE.test(module)) return type;
  return ARITHMETIC_MODULE.test(module) && ARITHMETIC.has(type) ? type : `${module}.${type}`;
}

function inputSpecOf(config: JsonObject): InputSpec | undefined {
  return shapeFrom(config.batch_input_shape ?? config.batch_shape, config.dtype);
}

const INPUT_TYPES: Readonly<Record<string, DataType>> = {
  float32: 'float32',
  float16: 'float32',
  float64: 'float32',
  int32: 'int32',
  int64: 'int64',
  bool: 'bool',
  uint8: 'uint8',
};

function shapeFrom(shape: Json | undefined, type: Json | undefined): InputSpec | undefined {
  if (!isArray(shape) || !shape.every(isDim)) return undefined;
  const known = typeof type === 'string' ? rowOf(INPUT_TYPES, type) : 'float32';
  return { shape, type: known ?? broken(`an input has the type ${JSON.stringify(type)}`) };
}

function isDim(value: Json): value is Dim & Json {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);
}

/** One entry a call: a list of references, one reference, or Keras 3's `{ args, kwargs }`. */
function readCalls(calls: Json | undefined, arithmetic = false): (readonly Operand[])[] {
  if (!isArray(calls)) return [];
  return calls.map((call) => (isObject(call) ? keras3Operands([call.args ?? [], plainArguments(call.kwargs)], arithmetic) : readRefs(call)));
}

/** The named arguments of a call, where none changes what the layer computes. */
function plainArguments(given: Json | undefined): JsonObject {
  const named = isObject(given) ? given : {};
  for (const [name, value] of Object.entries(named)) {
    if (name.endsWith('mask') && value) broken(`a layer is called with ${name}, which is not supported`);
    if (name === 'return_attention_scores' && value) broken('a layer is asked for its attention scores, which is not supported');
  }
  return named;
}

/** References as `[layer, call, output, kwargs?]`, one or a list or a dictionary of them. */
function readRefs(refs: Json | undefined): TensorRef[] {
  if (isObject(refs)) return Object.values(refs).flatMap((ref) => readRefs(ref));
  if (!isArray(refs)) return broken('references between layers are missing');
  if (typeof refs[0] !== 'string') return refs.flatMap((ref) => readRefs(ref));
  const [layer, call = 0, output = 0, kwargs] = refs;
  const own = { layer, call: Number(call), output: Number(output) };
  return isObject(kwargs) ? [own, ...Object.values(kwargs).flatMap((value) => (isRef(value) ? readRefs(value) : []))] : [own];
}

function isRef(value: Json | undefined): boolean {
  return isArray(value) && value.length >= 3 && typeof value[0] === 'string' && typeof value[1] === 'number';
}

/** Every `keras_history` in the arguments, and every number, in order. */
function keras3Operands(value: Json | undefined, arithmetic: boolean): Operand[] {
  if (typeof value === 'number') return arithmetic ? [value] : broken(`an operation is given the number ${value}, which no layer takes`);
  if (isArray(value)) return value.flatMap((item) => keras3Operands(item, arithmetic));
  if (!isObject(value)) return [];
  const history = isObject(value.config) ? value.config.keras_history : undefined;
  return isArray(history) ? readRefs(history) : Object.values(value).flatMap((item) => keras3Operands(item, arithmetic));
}

function refTo(layer: string): TensorRef {
  return { layer, call: 0, output: 0 };
}

function nameOf(config: JsonObject, otherwise: string): string {
  return typeof config.name === 'string' ? config.name : otherwise.toLowerCase();
}

function objectOf(value: Json | undefined, what: string): JsonObject {
  return isObject(value) ? value : broken(`${what} is not an object`);
}

function listOf(value: Json | undefined, what: string): readonly Json[] {
  return isArray(value) ? value : broken(`${what} is not a list`);
}

export function broken(reason: string): never {
  return fail('IMPORT_TOPOLOGY', { reason });
}
