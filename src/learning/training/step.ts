import type { Statistic } from '../../bases/surgery/index.js';
import { type DataType, sizeOf, type Tensor } from '../../core/index.js';
import { differentiate } from '../../engine/autodiff/index.js';
import { type Graph, GraphBuilder, inferTypes, type Model, type Value } from '../../engine/graph/index.js';
import type { Loss } from '../tasks/index.js';
import { type Clip, clipGradients } from './clip.js';
import type { Optimizer } from './optimizers/index.js';

/** A parameter that the step changes, and how. */
export interface Trainable {
  readonly name: string;
  /** Index of its parameter group, which has a learning rate of its own. */
  readonly group: number;
  readonly weightDecay: number;
}

export interface StepSpec {
  /** The forward graph, every shape static; its first output is what the loss compares with the target. */
  readonly graph: Graph;
  readonly opset: number;
  readonly target: { readonly type: DataType; readonly dims: readonly number[] };
  readonly loss: Loss;
  readonly trainable: readonly Trainable[];
  /** Further float initialisers that are fed, so that sessions of different shapes share them. */
  readonly frozen: readonly string[];
  /** Running statistics that the step moves. */
  readonly statistics: readonly Statistic[];
  readonly optimizer: Optimizer;
  readonly clip: Clip;
}

/** A graph that trains, and how its values meet the device's resident tensors. */
export interface StepProgram {
  readonly model: Model;
  readonly resident: readonly string[];
  readonly updates: Readonly<Record<string, string>>;
}

/** Names of the step's own inputs and outputs. */
export const TARGET = 'regraft.target';
export const MASK = 'regraft.mask';
export const SHARE = 'regraft.share';
export const LOSS = 'regraft.loss';

/** Input name of an optimiser scalar of a parameter group. */
export function scalarName(name: string, group: number): string {
  return `regraft.${name}.${group}`;
}

/** Resident name of a parameter's optimiser state. */
export function stateName(slot: string, parameter: string): string {
  return `${slot}:${parameter}`;
}

/** Resident name of a parameter's accumulated gradient. */
export function accumulatorName(parameter: string): string {
  return `accumulated:${parameter}`;
}

/** Forward pass, loss, backward pass and update in one graph. */
export function buildTrainStep(spec: StepSpec): StepProgram {
  const { b, loss, gradients } = lossAndGradients(spec);
  return finish(b, [loss], [...updateAll(b, spec, gradients), ...nextStatistics(b, spec)], residentParameters(spec));
}

/** Forward and backward pass of one micro-batch; its gradients, weighted by its share of the whole batch, are added up. */
export function buildAccumulateStep(spec: StepSpec): StepProgram {
  const { b, loss, gradients } = lossAndGradients(spec);
  const share = b.input(SHARE, loss.type, []);
  const sums = spec.trainable.map(({ name }) => {
    const gradient = gradients.get(name) as Value;
    const sum = b.input(accumulatorName(name), gradient.type, gradient.dims);
    return [sum.name, b.add(sum, b.mul(gradient, share))] as const;
  });
  return finish(b, [loss], [...sums, ...nextStatistics(b, spec)], [...residentParameters(spec), ...sums.map(([name]) => name)]);
}

/** The update from accumulated gradients, which it sets back to zero. */
export function buildApplyStep(spec: StepSpec): StepProgram {
  const b = new GraphBuilder(spec.opset);
  const gradients = new Map<string, Value>();
  const zeros: (readonly [string, Value])[] = [];
  for (const { name } of spec.trainable) {
    const weight = spec.graph.initializers.get(name) as Tensor;
    b.input(name, weight.type, weight.dims);
    const sum = b.input(accumulatorName(name), weight.type, weight.dims);
    gradients.set(name, sum);
    zeros.push([sum.name, b.mul(sum, 0)]);
  }
  const resident = [...spec.trainable.map(({ name }) => name), ...zeros.map(([name]) => name)];
  return finish(b, [], [...updateAll(b, spec, gradients), ...zeros], resident);
}

/** The loss and the gradient of every trainable parameter as outputs, nothing updated; gradient outputs are named `gradient:<parameter>`. */
export function buildGradientStep(spec: StepSpec): StepProgram {
  const { b, loss, gradients } = lossAndGradients(spec);
  const outputs = spec.trainable.map(({ name }) => rename(b, gradients.get(name) as Value, `gradient:${name}`));
  return finish(b, [loss, ...outputs], [], residentParameters(spec));
}

function lossAndGradients(spec: StepSpec): { b: GraphBuilder; loss: Value; gradients: Map<string, Value> } {
  const { types } = inferTypes(spec.graph, spec.opset, {});
  const b = GraphBuilder.from(spec.graph, types, spec.opset);
  for (const name of residentParameters(spec)) b.promote(name);
  const output = b.value((spec.graph.outputs[0] as { name: string }).name);
  const target = b.input(TARGET, spec.target.type, spec.target.dims);
  const mask = b.input(MASK, output.type, [spec.target.dims[0] as number]);
  const loss = rename(b, spec.loss.build(b, { output, target, mask }), LOSS);
  const gradients = differentiate(
    b,
    loss,
    spec.trainable.map(({ name }) => name),
  );
  return { b, loss, gradients };
}

function residentParameters(spec: StepSpec): string[] {
  return [...new Set([...spec.trainable.map(({ name }) => name), ...spec.frozen, ...spec.statistics.map(({ name }) => name)])];
}

/** ONNX moves the running variance by the batch's population variance; PyTorch and Keras' fused op by the sample variance, m/(m − 1) times that. */
function nextStatistics(b: GraphBuilder, { statistics }: StepSpec): (readonly [string, Value])[] {
  return statistics.map(({ kind, name, next, momentum, input }) => {
    const { dims } = b.value(input);
    const count = sizeOf(dims) / (dims[1] as number);
    if (kind === 'mean' || count < 2) return [name, b.value(next)] as const;
    const kept = b.mul(b.value(name), momentum);
    return [name, b.add(kept, b.mul(b.sub(b.value(next), kept), count / (count - 1)))] as const;
  });
}

/** Adds clipping and the optimiser; the result pairs resident names with their new values. */
function updateAll(b: GraphBuilder, { trainable, optimizer, clip }: StepSpec, gradients: ReadonlyMap<string, Value>): (readonly [string, Value])[] {
  const clipped = clipGradients(b, gradients, clip);
  const scalars = new Map<number, Record<string, Value>>();
  const scalarsOf = (group: number, type: DataType): Record<string, Value> => {
    const existing = scalars.get(group);
    if (existing) return existing;
    const created = Object.fromEntries(Object.keys(optimizer.scalars(0, 1)).map((name) => [name, b.input(scalarName(name, group), type, [])]));
    scalars.set(group, created);
    return created;
  };
  return trainable.flatMap(({ name, group, weightDecay }) => {
    const weight = b.value(name);
    const state = optimizer.slots.map((slot) => b.input(stateName(slot, name), weight.type, weight.dims));
    const next = optimizer.update(b, {
      weight,
      gradient: clipped.get(name) as Value,
      state,
      scalars: scalarsOf(group, weight.type),
      weightDecay,
    });
    return [[name, next.weight] as const, ...next.state.map((value, i) => [(state[i] as Value).name, value] as const)];
  });
}

function rename(b: GraphBuilder, value: Value, name: string): Value {
  return b.node({ name, op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} })[0] as Value;
}

function finish(
  b: GraphBuilder,
  outputs: readonly Value[],
  updates: readonly (readonly [string, Value])[],
  parameters: readonly string[],
): StepProgram {
  const model = b.model([...outputs, ...updates.map(([, value]) => value)]);
  const inputs = new Set(model.graph.inputs.map(({ name }) => name));
  const resident = new Set([...parameters, ...updates.map(([name]) => name)]);
  return {
    model,
    resident: [...resident].filter((name) => inputs.has(name)),
    updates: Object.fromEntries(updates.map(([name, value]) => [value.name, name])),
  };
}
