import type { Statistic } from '../../bases/surgery/index.js';
import { type DataType, sizeOf, type Tensor } from '../../core/index.js';
import { differentiate, segmentsOf } from '../../engine/autodiff/index.js';
import { convolveByTiles, type Graph, GraphBuilder, inferTypes, type Model, orderForDepthFirst, type Value } from '../../engine/graph/index.js';
import { createOptimizer, type OptimizerSpec } from '../../engine/optimizers/index.js';
import type { Optimization } from '../../engine/runtime/index.js';
import type { Loss, Task } from '../tasks/index.js';
import { type Auxiliary, withAuxiliary } from './auxiliary.js';
import { type Clip, clipGradients } from './clip.js';
import type { Forward } from './forward.js';
import type { Teacher } from './teachers/teacher.js';
import { withLessons } from './teachers/terms.js';

/** A parameter that the step changes, and how. */
export interface Trainable {
  readonly name: string;
  /** Index of its parameter group, which has a learning rate of its own. */
  readonly group: number;
  /** Towards zero, or towards the weight that the run began with. */
  readonly weightDecay: number;
  readonly decaysTo?: 'start';
}

export interface StepSpec {
  /** The forward graph, every shape static; its first output is what the loss compares with the target. */
  readonly graph: Graph;
  readonly opset: number;
  readonly target: { readonly type: DataType; readonly dims: readonly number[] };
  readonly loss: Loss;
  readonly auxiliary?: Auxiliary;
  readonly trainable: readonly Trainable[];
  /** Further initialisers that are fed, so that sessions of different shapes share them. */
  readonly frozen: readonly string[];
  /** Running statistics that the step moves. */
  readonly statistics: readonly Statistic[];
  readonly optimizer: OptimizerSpec;
  readonly clip: Clip;
  /** Of whom something is learnt beside the task; the graph gives what they look at. */
  readonly teachers?: readonly Teacher[];
  /** Whether activations are computed again for the backward pass instead of being kept: less memory, about a forward pass more time. */
  readonly checkpointActivations?: boolean;
}

/** A graph that trains, and how its values meet the device's resident tensors. */
export interface StepProgram {
  readonly model: Model;
  readonly resident: readonly string[];
  readonly updates: Readonly<Record<string, string>>;
  /** What the optimiser changes. */
  readonly optimization?: Optimization;
  /** Weights and statistics, and the names of their averages. */
  readonly averages?: Readonly<Record<string, string>>;
  /** Without a finite loss nothing changes. */
  readonly guard?: string;
}

/** Names of the step's own inputs and outputs. */
export const TARGET = 'regraft.target';
export const MASK = 'regraft.mask';
export const SHARE = 'regraft.share';
export const LOSS = 'regraft.loss';

/** Output name of a parameter's gradient. */
export function gradientName(parameter: string): string {
  return `gradient:${parameter}`;
}

/** Resident name of a parameter's optimiser state. */
export function stateName(slot: string, parameter: string): string {
  return `${slot}:${parameter}`;
}

/** Resident name of the weight that the run began with. */
export function startName(parameter: string): string {
  return `start:${parameter}`;
}

/** Resident name of the average of a weight or statistic. */
export function averageName(name: string): string {
  return `average:${name}`;
}

/** Name of the output that holds a running statistic after the step. */
export function nextName(statistic: string): string {
  return `next:${statistic}`;
}

/** Resident name of a parameter's accumulated gradient. */
export function accumulatorName(parameter: string): string {
  return `accumulated:${parameter}`;
}

/** Forward pass, loss and backward pass in one graph; the optimiser takes the gradients from there. Gradient outputs are named `gradient:<parameter>`. */
export function buildTrainStep(spec: StepSpec): StepProgram {
  const { b, loss, gradients } = lossAndGradients(spec);
  const outputs = gradientOutputs(b, spec, gradients);
  const program = finish(b, [loss, ...outputs], nextStatistics(b, spec), residentParameters(spec));
  return { ...program, guard: LOSS, optimization: optimization(spec), averages: averages(spec) };
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
  const resident = [...residentParameters(spec), ...sums.map(([name]) => name)];
  return { ...finish(b, [loss], [...sums, ...nextStatistics(b, spec)], resident), guard: LOSS };
}

/** The update from accumulated gradients, which it sets back to zero. */
export function buildApplyStep(spec: StepSpec): StepProgram {
  const b = new GraphBuilder(spec.opset);
  const sums = spec.trainable.map(({ name }) => {
    const { type, dims } = spec.graph.initializers.get(name) as Tensor;
    return [name, b.input(accumulatorName(name), type, dims)] as const;
  });
  const zeros = sums.map(([, sum]) => [sum.name, b.mul(sum, 0)] as const);
  const outputs = gradientOutputs(b, spec, new Map(sums));
  const resident = zeros.map(([name]) => name);
  return { ...finish(b, outputs, zeros, resident), optimization: optimization(spec), averages: averages(spec) };
}

/** What a batch makes of the running statistics, which are fed; nothing changes. */
export function buildStatisticsStep(spec: Pick<StepSpec, 'graph' | 'opset' | 'trainable' | 'frozen' | 'statistics'>): StepProgram {
  const b = promoted(spec);
  const outputs = nextStatistics(b, spec).map(([name, value]) => rename(b, value, nextName(name)));
  const fed = new Set(spec.statistics.map(({ name }) => name));
  return finish(
    b,
    outputs,
    [],
    residentParameters(spec).filter((name) => !fed.has(name)),
  );
}

function averages({ trainable, statistics }: StepSpec): Record<string, string> {
  return Object.fromEntries([...trainable, ...statistics].map(({ name }) => [name, averageName(name)]));
}

/** The forward pass, its parameters and statistics inputs. */
function promoted(spec: Pick<StepSpec, 'graph' | 'opset' | 'trainable' | 'frozen' | 'statistics'>): GraphBuilder {
  const { types } = inferTypes(spec.graph, spec.opset, {});
  const b = GraphBuilder.from(spec.graph, types, spec.opset);
  for (const name of residentParameters(spec)) b.promote(name);
  return b;
}

function gradientOutputs(b: GraphBuilder, { trainable, clip }: StepSpec, gradients: ReadonlyMap<string, Value>): Value[] {
  const clipped = clipGradients(b, gradients, clip);
  return trainable.map(({ name }) => rename(b, clipped.get(name) as Value, gradientName(name)));
}

function optimization({ trainable, optimizer }: StepSpec): Optimization {
  const { slots } = createOptimizer(optimizer);
  const parameters = trainable.map(({ name, group, weightDecay, decaysTo }) => ({
    name,
    gradient: gradientName(name),
    state: slots.map((slot) => stateName(slot, name)),
    group,
    weightDecay,
    ...(decaysTo && { start: startName(name) }),
  }));
  return { optimizer, parameters };
}

function lossAndGradients(spec: StepSpec): { b: GraphBuilder; loss: Value; gradients: Map<string, Value> } {
  const b = promoted(spec);
  const output = b.value((spec.graph.outputs[0] as { name: string }).name);
  const target = b.input(TARGET, spec.target.type, spec.target.dims);
  const mask = b.input(MASK, output.type, [spec.target.dims[0] as number]);
  const taskLoss = withAuxiliary(b, spec.loss, spec.auxiliary, { output, target, mask });
  const loss = rename(b, withLessons(b, taskLoss, spec.teachers ?? [], mask), LOSS);
  const gradients = differentiate(
    b,
    loss,
    spec.trainable.map(({ name }) => name),
    spec.checkpointActivations ? segmentsOf(b) : undefined,
  );
  convolveByTiles(b);
  return { b, loss, gradients };
}

/** A forward graph whose output is the task's answer, or what it makes of that and the target. */
export function withSummary({ suffix, opset, rows, types }: Pick<Forward, 'suffix' | 'opset' | 'rows' | 'types'>, task: Task): Graph {
  if (task.summary === undefined && task.answer === undefined) return suffix;
  const b = GraphBuilder.from(suffix, inferTypes(suffix, opset, {}).types, opset);
  const said = b.value((suffix.outputs[0] as { name: string }).name);
  const output = task.answer?.(b, said) ?? said;
  if (task.summary === undefined) return b.model([output]).graph;
  const target = b.input(TARGET, task.targetType, targetDims({ suffix, rows, types }, task));
  return b.model([task.summary(b, { output, target })]).graph;
}

/** Shape of the target of a batch. */
export function targetDims({ suffix, rows, types }: Pick<Forward, 'suffix' | 'rows' | 'types'>, task: Task): readonly number[] {
  return [rows, ...task.targetDims(types.get(suffix.outputs[0]?.name ?? '')?.dims.slice(1) ?? [])];
}

function residentParameters(spec: Pick<StepSpec, 'trainable' | 'frozen' | 'statistics'>): string[] {
  return [...new Set([...spec.trainable.map(({ name }) => name), ...spec.frozen, ...spec.statistics.map(({ name }) => name)])];
}

/** ONNX moves the running variance by the batch's population variance; PyTorch and Keras' fused op by the sample variance, m/(m − 1) times that. */
function nextStatistics(b: GraphBuilder, { statistics }: Pick<StepSpec, 'statistics'>): (readonly [string, Value])[] {
  return statistics.map(({ kind, name, next, momentum, input }) => {
    const { dims } = b.value(input);
    const count = sizeOf(dims) / (dims[1] as number);
    if (kind === 'mean' || count < 2) return [name, b.value(next)] as const;
    const kept = b.mul(b.value(name), momentum);
    return [name, b.add(kept, b.mul(b.sub(b.value(next), kept), count / (count - 1)))] as const;
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
  const built = b.model([...outputs, ...updates.map(([, value]) => value)]);
  const model = { ...built, graph: orderForDepthFirst(built.graph) };
  const inputs = new Set(model.graph.inputs.map(({ name }) => name));
  const resident = new Set([...parameters, ...updates.map(([name]) => name)]);
  return {
    model,
    resident: [...resident].filter((name) => inputs.has(name)),
    updates: Object.fromEntries(updates.map(([name, value]) => [value.name, name])),
  };
}
