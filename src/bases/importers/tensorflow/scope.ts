import { type DataType, fail, fromNumbers, isDataType, type Tensor, toNumbers } from '../../../core/index.js';
import { type AttributeValue, attributes, elementTypeNumber, oddAttribute, type StandardOp } from '../../../engine/graph/index.js';
import type { OnnxEmitter, Trial } from './emitter.js';
import type { TfAttribute, TfNode } from './graph.js';

/** A number that stands for "up to the end" in ONNX Slice. */
export const TO_THE_END = 2 ** 31 - 1;

/** Outputs of a node at most: an attribute may claim any number, and each takes a name. */
const MOST_OUTPUTS = 10_000;

/** A TensorArray or TensorList: values of the ONNX graph, `undefined` where none was written yet. */
export interface TensorList {
  readonly items: readonly (string | undefined)[];
}

/** Where a converter finds the ONNX values of a TensorFlow node's inputs. */
export interface ValueLookup {
  /** The ONNX name of `node` or `node:output`. */
  value(tensor: string): string;
  /** The tensor behind `tensor`, where it is a constant. */
  constant(tensor: string): Tensor | undefined;
  /** The tensor behind `tensor`, where it is a constant or a variable. */
  stored(tensor: string): Tensor | undefined;
  list(tensor: string): TensorList;
  /** The node that makes `tensor`. */
  source(tensor: string): TfNode | undefined;
  /** How many inputs and outputs of the model read `tensor`. */
  uses(tensor: string): number;
  /** A constant or variable stored in another arrangement; `undefined` where `tensor` is neither. */
  arranged(tensor: string, form: string, arrange: (tensor: Tensor) => Tensor): string | undefined;
}

/** What the converter of one node has at hand. */
export class OpScope {
  readonly node: TfNode;
  readonly emitter: OnnxEmitter;
  readonly #values: ValueLookup;

  constructor(node: TfNode, emitter: OnnxEmitter, values: ValueLookup) {
    this.node = node;
    this.emitter = emitter;
    this.#values = values;
  }

  get inputCount(): number {
    return this.node.inputs.length;
  }

  /** The ONNX value of input `index`. @throws IMPORT_NODE */
  input(index: number): string {
    return this.#values.value(this.#tensor(index));
  }

  /** The list in input `index`. @throws IMPORT_GRAPH */
  list(index: number): TensorList {
    return this.#values.list(this.#tensor(index));
  }

  /** The TensorFlow node behind input `index`. */
  source(index: number): TfNode | undefined {
    return this.#values.source(this.#tensor(index));
  }

  /** The inputs of the node behind input `index`. */
  sourceOf(index: number): OpScope {
    return new OpScope(this.source(index) ?? this.node, this.emitter, this.#values);
  }

  inputs(from = 0, to = this.inputCount): string[] {
    return this.node.inputs.slice(from, to).map((tensor) => this.#values.value(tensor));
  }

  /** The tensor of a constant input. */
  known(index: number): Tensor | undefined {
    const tensor = this.node.inputs[index];
    return tensor === undefined ? undefined : this.#values.constant(tensor);
  }

  /** The tensor of an input that is a constant or a variable. */
  stored(index: number): Tensor | undefined {
    const tensor = this.node.inputs[index];
    return tensor === undefined ? undefined : this.#values.stored(tensor);
  }

  /** Whether nothing else reads the value of input `index`. */
  isOnlyUse(index: number): boolean {
    return this.#values.uses(this.#tensor(index)) === 1;
  }

  /** The numbers of a constant input. */
  knownNumbers(index: number): number[] | undefined {
    const tensor = this.known(index);
    return tensor && toNumbers(tensor);
  }

  /** The number in an input on which the length of a loop or list depends. @throws IMPORT_LOOP */
  count(index: number): number {
    return this.knownNumbers(index)?.[0] ?? this.refuseLoop();
  }

  /** @throws IMPORT_LOOP always */
  refuseLoop(): never {
    return fail('IMPORT_LOOP', { node: this.node.name, op: this.node.op });
  }

  /** The numbers of an input that must be constant. @throws IMPORT_NODE */
  numbers(index: number, what: string): number[] {
    return this.knownNumbers(index) ?? this.refuse(`its ${what} is computed by the model; only a fixed one can be converted`);
  }

  /** Input `index`, a weight, with its elements in another order: at once where it is stored, else as `otherwise` computes it. */
  arranged(index: number, form: string, arrange: (tensor: Tensor) => Tensor, otherwise: (value: string) => string): string {
    return this.#values.arranged(this.#tensor(index), form, arrange) ?? otherwise(this.input(index));
  }

  rank(value: string): number | undefined {
    return this.emitter.rank(value);
  }

  /** @throws IMPORT_NODE where the rank is not known */
  needRank(value: string): number {
    return this.rank(value) ?? this.refuse('the number of dimensions of its input is only known when the model runs');
  }

  /** The size of a value along an axis, where it does not follow the sizes of the inputs. */
  fixedSize(value: string, axis: number): number | undefined {
    return this.emitter.fixedSize(value, axis);
  }

  /** For each trial size of the model's inputs: the numbers of input `numbersAt`, and the dimensions of input `dimsAt`, where they are known. */
  trials(numbersAt: number, dimsAt: number): readonly Trial[] {
    return this.emitter.trials(this.input(numbersAt), this.input(dimsAt));
  }

  /** Element type of an input; where it is not known, that of the node. */
  type(value: string): DataType {
    return this.emitter.element(value) ?? this.dataType('T', 'float32');
  }

  emit(op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.emitMany(op, inputs, values, 1)[0] as string;
  }

  emitMany(op: StandardOp, inputs: readonly string[], values: Readonly<Record<string, AttributeValue>>, outputs: number): string[] {
    this.#checkNumbers(values);
    if (outputs > MOST_OUTPUTS) this.refuse(`it has ${outputs} outputs; at most ${MOST_OUTPUTS} can be converted`);
    return this.emitter.node(`${this.node.name}/${op}`, op, inputs, values, outputs);
  }

  /** Sizes that are not known, or do not divide, make no attribute. @throws IMPORT_NODE */
  #checkNumbers(values: Readonly<Record<string, AttributeValue>>): void {
    const odd = oddAttribute(attributes(values));
    if (odd !== undefined) this.refuse(`it would have the attribute ${odd}`);
  }

  /** A fixed tensor. It is a Constant node, since a float initialiser would be a parameter. */
  constant(value: Tensor): string {
    return this.emit('Constant', [], { value });
  }

  scalar(value: number, type: DataType = 'float32'): string {
    return this.constant(fromNumbers(type, [], [value]));
  }

  ints(values: readonly number[]): string {
    return this.constant(fromNumbers('int64', [values.length], values));
  }

  cast(value: string, type: DataType): string {
    return this.emitter.element(value) === type ? value : this.emit('Cast', [value], { to: elementTypeNumber(type) });
  }

  /**
   * Input `index` as a vector of int64, the type of shapes and axes in ONNX.
   * @param length where the operator fixes it
   */
  vector(index: number, length = -1): string {
    const known = this.knownNumbers(index);
    if (known) return this.ints(known);
    const value = this.cast(this.input(index), 'int64');
    const isVector = this.rank(value) === 1 && (length === -1 || this.fixedSize(value, 0) === length);
    return isVector ? value : this.emit('Reshape', [value, this.ints([length])]);
  }

  transpose(value: string, perm: readonly number[]): string {
    return perm.every((axis, i) => axis === i) ? value : this.emit('Transpose', [value], { perm });
  }

  squeeze(value: string, axes: readonly number[]): string {
    return axes.length === 0 ? value : this.emit('Squeeze', [value, this.ints(axes)]);
  }

  unsqueeze(value: string, axes: readonly number[]): string {
    return axes.length === 0 ? value : this.emit('Unsqueeze', [value, this.ints(axes)]);
  }

  int(name: string, otherwise: number): number {
    return this.#attribute(name, 'int')?.value ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.#attribute(name, 'float')?.value ?? otherwise;
  }

  flag(name: string, otherwise = false): boolean {
    return this.#attribute(name, 'bool')?.value ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.#attribute(name, 'string')?.value ?? otherwise;
  }

  #items(name: string): readonly TfAttribute[] {
    return this.#attribute(name, 'list')?.value ?? [];
  }

  intList(name: string): number[] {
    return this.#items(name).flatMap((item) => (item.kind === 'int' ? [item.value] : []));
  }

  textList(name: string): string[] {
    return this.#items(name).flatMap((item) => (item.kind === 'string' ? [item.value] : []));
  }

  /** A type attribute. @throws IMPORT_NODE for types ONNX graphs here do not compute with */
  dataType(name: string, otherwise: DataType): DataType {
    const type = this.#attribute(name, 'type')?.value ?? otherwise;
    return isDataType(type) ? type : this.refuse(`its type ${name} is ${type}`);
  }

  /** @throws IMPORT_NODE always */
  refuse(reason: string): never {
    return fail('IMPORT_NODE', { node: this.node.name, op: this.node.op, reason });
  }

  #tensor(index: number): string {
    return this.node.inputs[index] ?? this.refuse(`its input ${index} is missing`);
  }

  #attribute<Kind extends TfAttribute['kind']>(name: string, kind: Kind): Extract<TfAttribute, { kind: Kind }> | undefined {
    const found = this.node.attributes.get(name);
    if (found === undefined || found.kind === kind) return found as Extract<TfAttribute, { kind: Kind }> | undefined;
    return this.refuse(`its attribute ${name} is of the kind ${found.kind}`);
  }
}

/** Turns a TensorFlow node into ONNX nodes; returns the ONNX values of its outputs. */
export type OpConverter = (op: OpScope) => string | TensorList | readonly (string | TensorList)[];

/** The converters of a family of ops, by TensorFlow's name. */
export type OpConverters = Readonly<Record<string, OpConverter>>;
