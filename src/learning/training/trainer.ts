import { findParameters, quantisedWeights, runningStatistics } from '../../bases/surgery/index.js';
import { fail, fromNumbers, isFloat, type Tensor, toNumbers, zeros } from '../../core/index.js';
import type { Graph, Model } from '../../engine/graph/index.js';
import { createOptimizer, type OptimizerSpec } from '../../engine/optimizers/index.js';
import type { Device, Pace, Program, Tensors } from '../../engine/runtime/index.js';
import type { SampleDims } from '../data/index.js';
import type { Loss, Task } from '../tasks/index.js';
import type { Auxiliary } from './auxiliary.js';
import { firstRows, maskOf, padRows, type TrainingBatch } from './batch.js';
import { keyOf } from './batch-source.js';
import type { Clip } from './clip.js';
import { drawMasks } from './dropout.js';
import { type Forward, prepareForward } from './forward.js';
import { inferenceModel } from './inference.js';
import {
  accumulatorName,
  buildAccumulateStep,
  buildApplyStep,
  buildStatisticsStep,
  buildTrainStep,
  gradientName,
  LOSS,
  MASK,
  nextName,
  SHARE,
  type StepProgram,
  type StepSpec,
  startName,
  stateName,
  TARGET,
  type Trainable,
  targetDims,
  withSummary,
} from './step.js';
import { taughtModel } from './teachers/taught-model.js';
import type { Teacher } from './teachers/teacher.js';

export interface TrainerSpec {
  readonly device: Device;
  /** The model with symbolic batch dimension; its first output is trained. */
  readonly model: Model;
  /** Shape of one sample; of the longest, where samples differ in length: then each batch has its own. */
  readonly sampleDims: SampleDims;
  readonly batchSize: number;
  readonly task: Task;
  readonly loss: Loss;
  readonly trainable: readonly Trainable[];
  /** Learning rate of each parameter group. */
  readonly rates: readonly number[];
  readonly optimizer: OptimizerSpec;
  readonly clip: Clip;
  /** Whether activations are computed again in the backward pass rather than kept (default: no). */
  readonly checkpointActivations?: boolean;
  readonly batchNorm: 'eval' | 'train';
  /** Parameters of a new head: its BatchNormalizations have no statistics yet, and use those of the batch whatever `batchNorm` says. */
  readonly fresh?: ReadonlySet<string>;
  /** A second head, whose loss is added. */
  readonly auxiliary?: Auxiliary;
  /** Rate at which the last residual branch is left out in training, 0 to 1 (default: 0). */
  readonly stochasticDepth?: number;
  /** Of whom something is learnt beside the task. */
  readonly teachers?: readonly Teacher[];
  readonly seed: number;
  /** The model as the run began; default: `model`. */
  readonly origin?: Model;
  /** Steps of earlier phases (default 0): dropout draws other masks at every step of a run. */
  readonly before?: number;
}

interface CompiledStep {
  readonly program: Program;
  readonly forward: Forward;
  /** Names of the model's inputs. */
  readonly inputs: ReadonlySet<string>;
}

/** What a program is for. */
type Mode = 'train' | 'accumulate' | 'statistics' | 'predict';

/**
 * Steps of one phase of training: a fixed set of trainable parameters on a device. Weights, optimiser state and statistics stay on the device;
 * programs are compiled once a batch size.
 */
export class Trainer {
  readonly spec: TrainerSpec;
  readonly #programs = new Map<string, Promise<CompiledStep>>();
  readonly #forwards = new Map<string, Forward>();
  readonly #names: ReadonlySet<string>;
  /** The optimiser's state tensors of each parameter. */
  readonly #slots: readonly string[];
  /** Weights that all programs read from the device, whatever their shape. */
  readonly #shared: ReadonlySet<string>;
  /** Weights that are on the device. */
  readonly #placed = new Set<string>();
  #apply: Program | undefined;

  constructor(spec: TrainerSpec) {
    this.spec = spec;
    this.#names = new Set(spec.trainable.map(({ name }) => name));
    this.#slots = createOptimizer(spec.optimizer).slots;
    const { graph } = spec.model;
    this.#shared = new Set([...findParameters(graph).map(({ name }) => name), ...runningStatistics(graph), ...quantisedWeights(graph)]);
  }

  /** Puts the weights and statistics that change on the device, as they are in the model, and sets the optimiser's state to zero. */
  async start(): Promise<void> {
    const { device, trainable } = this.spec;
    const state: Record<string, Tensor> = {};
    for (const { name } of trainable) {
      const { type, dims } = this.#weight(name) ?? fail('TRAIN_NO_PARAMETER', { name });
      for (const slot of this.#slots) state[stateName(slot, name)] = zeros(type, dims);
    }
    this.#placed.clear();
    await this.#place(await this.weightNames());
    await device.put({}, state);
    await this.#placeStarts();
  }

  /** Puts the weights on the device that decay pulls to. */
  async #placeStarts(): Promise<void> {
    const { device, trainable, origin, model } = this.spec;
    const { initializers } = (origin ?? model).graph;
    const pulled = trainable.filter(({ decaysTo }) => decaysTo === 'start');
    if (pulled.length > 0) await device.put(Object.fromEntries(pulled.map(({ name }) => [startName(name), initializers.get(name) as Tensor])));
  }

  /** Puts the weights on the device that are not there yet; frozen ones only when a program reads them. */
  async #place(names: readonly string[]): Promise<void> {
    const missing = names.filter((name) => !this.#placed.has(name));
    const weights = missing.flatMap((name) => {
      const weight = this.#weight(name);
      return weight === undefined ? [] : [[name, weight] as const];
    });
    for (const [name] of weights) this.#placed.add(name);
    if (weights.length > 0) await this.spec.device.put(Object.fromEntries(weights));
  }

  #weight(name: string): Tensor | undefined {
    const stored = this.spec.model.graph.initializers.get(name);
    return stored === undefined || stored.type === 'opaque' ? undefined : stored;
  }

  /** Names of the weights and statistics that training changes. */
  async weightNames(): Promise<string[]> {
    const { statistics } = await this.forward();
    return [...this.#names, ...statistics.map(({ name }) => name)];
  }

  /** Names of the resident tensors that a checkpoint must hold: weights, statistics, optimiser state. */
  async stateNames(): Promise<string[]> {
    const { trainable } = this.spec;
    return [...(await this.weightNames()), ...trainable.flatMap(({ name }) => this.#slots.map((slot) => stateName(slot, name)))];
  }

  /** The forward pass of a full batch, cut at the first trainable parameter. */
  async forward(dims?: SampleDims): Promise<Forward> {
    return this.#forward('train', this.spec.batchSize, dims);
  }

  /** Compiles the step of a full batch, which the first one would otherwise wait for. */
  async compile(): Promise<void> {
    await this.#compiled('train', this.spec.batchSize);
  }

  /** Name of the first layer whose output is NaN or infinite for these batches, with the present weights. */
  async firstNonFinite(batches: readonly TrainingBatch[]): Promise<string | undefined> {
    for (const batch of batches) {
      const forward = this.#forward('train', this.#rowsFor(batch), batch.dims);
      const resident = this.#residentIn(forward.suffix);
      const outputs = forward.suffix.nodes
        .map((node) => node.outputs[0] as string)
        .filter((name) => isFloat(forward.types.get(name)?.type ?? 'bool'));
      const graph = {
        ...forward.suffix,
        outputs: outputs.map((name) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } })),
      };
      const program = await this.#compileProgram({ model: inferenceModel(graph, forward.opset, resident), resident });
      const values = await program.run(this.#inputFeeds(batch, forward, '1'));
      await program.release();
      const broken = outputs.find((name) => (values[name]?.data as Float32Array | undefined)?.some((value) => !Number.isFinite(value)));
      if (broken !== undefined) return forward.suffix.nodes.find((node) => node.outputs.includes(broken))?.name ?? broken;
    }
    return undefined;
  }

  /**
   * One optimiser step over one or more micro-batches, whose gradients are averaged as if they were one batch; those with a share of their own are
   * added. Their memory moves to the device:
   * the caller must not use them again.
   *
   * @param step counted from 1 since the phase began
   * @param factor of the schedule, on every group's rate
   * @param average share of the weights after the step in their average
   * @returns the mean loss before the update
   */
  async step(batches: readonly TrainingBatch[], step: number, factor: number, average = 0): Promise<number> {
    const [only] = batches;
    if (batches.length === 1 && only !== undefined) {
      const { program, forward } = await this.#compiled('train', this.#rowsFor(only), only.dims);
      return lossOf(await program.step(this.#pace(step, factor, average), this.#feeds(only, forward, this.#stepOfRun(step))));
    }
    return this.#accumulated(batches, this.#pace(step, factor, average));
  }

  /** Model outputs `[N, …]`, or the task's summary of them, for a batch whose memory moves to the device. */
  async predict({ dims, inputs, size, target }: TrainingBatch): Promise<Tensor> {
    const { batchSize: rows, task } = this.spec;
    const { program, forward } = await this.#compiled('predict', rows, dims);
    const feeds = Object.fromEntries(forward.boundary.map((name) => [name, padRows(inputs[name] as Tensor, rows)]));
    const [output] = Object.values(await program.run({}, task.summary ? { ...feeds, [TARGET]: padRows(target, rows) } : feeds));
    return firstRows(output as Tensor, size);
  }

  /** Loss and gradients of all trainable parameters, as the optimiser would get them; nothing changed. */
  async gradients(batch: TrainingBatch): Promise<{ loss: number; gradients: Map<string, Tensor> }> {
    const { program, forward } = await this.#compiled('train', this.#rowsFor(batch), batch.dims);
    const outputs = await program.run(this.#feeds(batch, forward, '1'));
    const gradients = this.spec.trainable.map(({ name }) => [name, outputs[gradientName(name)] as Tensor] as const);
    return { loss: lossOf(outputs), gradients: new Map(gradients) };
  }

  /**
   * Statistics of a batch alone, by the names of the running ones; nothing changed.
   * @param draw what dropout masks are drawn for
   */
  async batchStatistics(batch: TrainingBatch, draw: string): Promise<Tensors> {
    const { program, forward, inputs } = await this.#compiled('statistics', this.#rowsFor(batch), batch.dims);
    const running = forward.statistics.map(({ name }) => [name, this.#weight(name) as Tensor] as const);
    // From zero, the next running statistic is a known share of the batch's.
    const none = running.map(([name, { type, dims }]) => [name, zeros(type, dims)] as const);
    const feeds = Object.entries({ ...this.#inputFeeds(batch, forward, draw), ...Object.fromEntries(none) });
    const next = await program.run({}, Object.fromEntries(feeds.filter(([name]) => inputs.has(name))));
    const found = forward.statistics.map(({ name, momentum }) => {
      const tensor = next[nextName(name)] as Tensor;
      return [
        name,
        fromNumbers(
          tensor.type,
          tensor.dims,
          toNumbers(tensor).map((value) => value / (1 - momentum)),
        ),
      ] as const;
    });
    return Object.fromEntries(found);
  }

  /** Frees the programs; resident tensors stay. */
  async release(): Promise<void> {
    const steps = await Promise.all(this.#programs.values());
    await Promise.all([...steps.map(({ program }) => program.release()), this.#apply?.release()]);
    this.#programs.clear();
    this.#forwards.clear();
  }

  /** Batch statistics must not see padding; everywhere else a short batch is padded and its rows masked. */
  #rowsFor(batch: TrainingBatch): number {
    const { statistics } = this.#forward('train', this.spec.batchSize, batch.dims);
    return statistics.length > 0 ? batch.size : Math.max(batch.size, this.spec.batchSize);
  }

  #feeds(batch: TrainingBatch, forward: Forward, step: string): Record<string, Tensor> {
    const { rows } = forward;
    const lessons = Object.entries(batch.lessons ?? {}).map(([name, tensor]) => [name, padRows(tensor, rows)] as const);
    const own = { [TARGET]: padRows(batch.target, rows), [MASK]: maskOf(batch.size, rows) };
    return { ...this.#inputFeeds(batch, forward, step), ...Object.fromEntries(lessons), ...own };
  }

  #inputFeeds(batch: TrainingBatch, { rows, boundary, masks }: Forward, step: string): Record<string, Tensor> {
    const inputs = boundary.map((name) => [name, padRows(batch.inputs[name] as Tensor, rows)] as const);
    return { ...Object.fromEntries(inputs), ...drawMasks(masks, this.spec.seed, step) };
  }

  #stepOfRun(step: number): string {
    return String((this.spec.before ?? 0) + step);
  }

  #pace(step: number, factor: number, average: number): Pace {
    return { step, rates: this.spec.rates.map((rate) => rate * factor), average };
  }

  async #accumulated(batches: readonly TrainingBatch[], pace: Pace): Promise<number> {
    const { device, loss, trainable, model } = this.spec;
    const weights = batches.map((batch) => (batch.share === undefined ? loss.weight(batch.target.data, batch.size) : 0));
    const total = weights.reduce((a, b) => a + b, 0);
    if (this.#apply === undefined) {
      const sums = trainable.map(({ name }) => {
        const { type, dims } = model.graph.initializers.get(name) as Tensor;
        return [accumulatorName(name), zeros(type, dims)] as const;
      });
      await device.put({}, Object.fromEntries(sums));
      this.#apply = await this.#compileProgram(buildApplyStep(this.#stepSpec(await this.forward())));
    }
    let mean = 0;
    for (const [i, batch] of batches.entries()) {
      const { program, forward } = await this.#compiled('accumulate', this.#rowsFor(batch), batch.dims);
      const share = batch.share ?? (total === 0 ? 0 : (weights[i] as number) / total);
      const feeds = this.#feeds(batch, forward, `${this.#stepOfRun(pace.step)}.${i}`);
      mean += share * lossOf(await program.step(pace, { ...feeds, [SHARE]: { type: 'float32', dims: [], data: Float32Array.of(share) } }));
    }
    if (Number.isFinite(mean)) await this.#apply.step(pace, {});
    return mean;
  }

  #compiled(mode: Mode, rows: number, dims: SampleDims = this.spec.sampleDims): Promise<CompiledStep> {
    const key = `${mode}:${rows}:${keyOf(dims)}`;
    const existing = this.#programs.get(key);
    if (existing) return existing;
    const created = this.#compile(mode, rows, dims);
    this.#programs.set(key, created);
    return created;
  }

  #forward(mode: 'train' | 'predict', rows: number, dims: SampleDims = this.spec.sampleDims): Forward {
    const key = `${mode}:${rows}:${keyOf(dims)}`;
    const existing = this.#forwards.get(key);
    if (existing) return existing;
    const { batchNorm, fresh, stochasticDepth = 0, teachers = [] } = this.spec;
    const model = mode === 'train' ? taughtModel(this.spec.model, teachers) : this.spec.model;
    const shape = { sampleDims: dims, rows, mode };
    const created = prepareForward({ model, ...shape, trainable: this.#names, batchNorm, ...(fresh && { fresh }), stochasticDepth });
    this.#forwards.set(key, created);
    return created;
  }

  async #compile(mode: Mode, rows: number, dims: SampleDims): Promise<CompiledStep> {
    const forward = this.#forward(mode === 'predict' ? 'predict' : 'train', rows, dims);
    const built = mode === 'predict' ? this.#predictProgram(forward) : BUILDERS[mode](this.#stepSpec(forward));
    const inputs = new Set(built.model.graph.inputs.map(({ name }) => name));
    return { program: await this.#compileProgram(built), forward, inputs };
  }

  #residentIn(graph: Graph): string[] {
    return [...graph.initializers.keys()].filter((name) => this.#shared.has(name));
  }

  async #compileProgram({ model, ...options }: Omit<StepProgram, 'updates'> & Partial<StepProgram>): Promise<Program> {
    await this.#place(options.resident);
    return this.spec.device.compile(model, options);
  }

  #predictProgram(forward: Forward): Pick<StepProgram, 'model' | 'resident'> {
    const graph = withSummary(forward, this.spec.task);
    const resident = this.#residentIn(graph);
    return { model: inferenceModel(graph, forward.opset, resident), resident };
  }

  #stepSpec(forward: Forward): StepSpec {
    const { task, loss, auxiliary, trainable, optimizer, clip, teachers = [], checkpointActivations = false } = this.spec;
    const frozen = this.#residentIn(forward.suffix).filter((name) => !this.#names.has(name));
    return {
      graph: forward.suffix,
      opset: forward.opset,
      target: { type: task.targetType, dims: targetDims(forward, task) },
      loss,
      ...(auxiliary && { auxiliary }),
      trainable,
      frozen,
      statistics: forward.statistics,
      optimizer,
      clip,
      teachers,
      checkpointActivations,
    };
  }
}

const BUILDERS = { train: buildTrainStep, accumulate: buildAccumulateStep, statistics: buildStatisticsStep };

function lossOf(outputs: Tensors): number {
  return Number(outputs[LOSS]?.data[0]);
}
