import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { fail, type Tensor } from '../../core/index.js';
import { createOptimizer, moveAverage, type Optimizer, type OptimizerSpec } from '../optimizers/index.js';
import { free } from './free.js';
import { fromStart } from './from-start.js';

/** The part of the onnxruntime packages that is equal in Node and in the browser. */
export interface OrtModule {
  readonly InferenceSession: { create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: TensorConstructor;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled graph and how its inputs and outputs meet the engine's resident tensors. */
export interface ProgramSpec {
  /** ONNX file bytes, whose memory moves to the engine. */
  readonly model: Uint8Array;
  /** Inputs that are taken from resident tensors of the same name. */
  readonly resident: readonly string[];
  /** Outputs that replace a resident tensor once a step is over, never while it is still read: output name → resident name. */
  readonly updates: Readonly<Record<string, string>>;
  /** What an optimiser changes once a step is over. */
  readonly optimization?: Optimization;
  /** Resident tensors of which an average is kept: name → resident name of the average. */
  readonly averages?: Readonly<Record<string, string>>;
  /** A scalar output; when a step leaves it NaN or infinite, that step changes nothing. */
  readonly guard?: string;
}

/** Resident parameters that a step changes in place. */
export interface Optimization {
  readonly optimizer: OptimizerSpec;
  readonly parameters: readonly OptimizedParameter[];
}

export interface OptimizedParameter {
  /** Name of the resident weight. */
  readonly name: string;
  /** Name of the output that holds its gradient. */
  readonly gradient: string;
  /** Names of the resident tensors that hold the optimiser's state. */
  readonly state: readonly string[];
  /** Position of its learning rate in {@link Pace}. */
  readonly group: number;
  readonly weightDecay: number;
  /** Name of the resident tensor that weight decay pulls to; zero where it is left out. */
  readonly start?: string;
}

/** How far the parameters of each group go in one step. */
export interface Pace {
  /** Counted from 1. */
  readonly step: number;
  readonly rates: readonly number[];
  /** Share of the tensors after the step in their averages, in [0, 1]: 0, the default, leaves these alone, 1 begins them anew. */
  readonly average?: number;
}

/** The methods a device offers, wherever it runs. */
export interface EngineMethods {
  compile(spec: ProgramSpec): Promise<number>;
  /** Changes no resident tensor. The memory of what is `given` moves to the engine where it lives in another thread. */
  run(program: number, feeds: Tensors, given?: Tensors): Promise<Tensors>;
  /** Runs once and makes the program's updates; the result holds the other outputs. */
  step(program: number, pace: Pace, given: Tensors): Promise<Tensors>;
  put(tensors: Tensors, given?: Tensors): Promise<void>;
  get(names: readonly string[]): Promise<Tensors>;
  drop(names: readonly string[]): Promise<void>;
  exchange(pairs: readonly (readonly [string, string])[]): Promise<void>;
  release(program: number): Promise<void>;
}

interface Program {
  readonly session: InferenceSession;
  readonly spec: ProgramSpec;
  readonly optimizer: Optimizer | undefined;
}

/** Runs programs on one ONNX Runtime; the same code in a Node worker, a browser worker and in tests. */
export class Engine implements EngineMethods {
  readonly #ort: OrtModule;
  readonly #options: InferenceSession.SessionOptions;
  readonly #programs = new Map<number, Program>();
  readonly #resident = new Map<string, OrtTensor>();
  #next = 1;

  constructor(ort: OrtModule, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  async compile(spec: ProgramSpec): Promise<number> {
    const session = await this.#ort.InferenceSession.create(spec.model, this.#optionsFor(spec)).catch((cause: unknown) =>
      fail('RUNTIME_COMPILE', { reason: reasonOf(cause) }, cause),
    );
    free(spec.model);
    const id = this.#next++;
    const optimizer = spec.optimization && createOptimizer(spec.optimization.optimizer);
    this.#programs.set(id, { session, spec: { ...spec, model: new Uint8Array() }, optimizer });
    return id;
  }

  /** Weights inside a program are laid out for the processor once, when it is compiled; weights that are fed would be at every run. */
  #optionsFor({ resident }: ProgramSpec): InferenceSession.SessionOptions {
    return resident.length === 0 ? { ...this.#options, graphOptimizationLevel: 'all' } : this.#options;
  }

  async run(program: number, feeds: Tensors, given: Tensors = {}): Promise<Tensors> {
    const results = await this.#results(this.#program(program), { ...feeds, ...given });
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, unwrap(tensor)]));
  }

  async step(id: number, pace: Pace, given: Tensors): Promise<Tensors> {
    const program = this.#program(id);
    const { updates, optimization, averages = {}, guard } = program.spec;
    const results = await this.#results(program, given);
    const returned = new Map(Object.entries(results));
    const take = (name: string): OrtTensor => {
      const tensor = results[name] as OrtTensor;
      returned.delete(name);
      return tensor;
    };
    const commits = guard === undefined || Number.isFinite(Number(results[guard]?.data[0]));
    for (const [name, resident] of Object.entries(updates)) {
      const tensor = take(name);
      if (commits) this.#replace(resident, tensor);
      else free(tensor.data as ArrayBufferView);
    }
    for (const parameter of optimization?.parameters ?? []) {
      const gradient = take(parameter.gradient);
      if (commits) this.#optimize(program, parameter, gradient, pace);
      free(gradient.data as ArrayBufferView);
    }
    if (commits) for (const [name, average] of Object.entries(averages)) this.#average(name, average, pace.average ?? 0);
    return Object.fromEntries([...returned].map(([name, tensor]) => [name, unwrap(tensor)]));
  }

  #program(id: number): Program {
    return this.#programs.get(id) ?? fail('RUNTIME_RELEASED', { program: id });
  }

  async #results({ session, spec }: Program, feeds: Tensors): Promise<InferenceSession.ReturnType> {
    const inputs: Record<string, OrtTensor> = {};
    for (const name of spec.resident) inputs[name] = this.#read(name);
    for (const [name, tensor] of Object.entries(feeds)) inputs[name] = this.#wrap(tensor);
    return session.run(inputs).catch((cause: unknown) => fail('RUNTIME_RUN', { reason: reasonOf(cause) }, cause));
  }

  #optimize({ optimizer }: Program, parameter: OptimizedParameter, gradient: OrtTensor, { step, rates }: Pace): void {
    const { name, state, group, weightDecay, start } = parameter;
    const arrays = { weight: floats(this.#read(name)), gradient: floats(gradient), state: state.map((slot) => floats(this.#read(slot))) };
    const update = (): void => optimizer?.update(arrays, { lr: rates[group] as number, weightDecay, step });
    if (start === undefined) update();
    else fromStart(arrays.weight, floats(this.#read(start)), update);
  }

  #average(name: string, average: string, share: number): void {
    if (share === 0) return;
    const present = this.#read(name);
    if (share === 1) this.#replace(average, this.#wrap(copyOf(present)));
    else moveAverage(floats(this.#read(average)), floats(present), share);
  }

  #read(name: string): OrtTensor {
    return this.#resident.get(name) ?? fail('RUNTIME_NOT_RESIDENT', { name });
  }

  #replace(name: string, tensor: OrtTensor): void {
    const old = this.#resident.get(name);
    if (old !== undefined) free(old.data as ArrayBufferView);
    this.#resident.set(name, tensor);
  }

  /** What is not given is copied: resident tensors change in place. */
  async put(tensors: Tensors, given: Tensors = {}): Promise<void> {
    for (const [name, tensor] of Object.entries(tensors)) this.#resident.set(name, this.#wrap({ ...tensor, data: tensor.data.slice() }));
    for (const [name, tensor] of Object.entries(given)) this.#resident.set(name, this.#wrap(tensor));
  }

  async get(names: readonly string[]): Promise<Tensors> {
    return Object.fromEntries(names.map((name) => [name, copyOf(this.#read(name))]));
  }

  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) this.#resident.delete(name);
  }

  async exchange(pairs: readonly (readonly [string, string])[]): Promise<void> {
    for (const [one, other] of pairs) {
      const [first, second] = [this.#read(one), this.#read(other)];
      this.#resident.set(one, second).set(other, first);
    }
  }

  async release(program: number): Promise<void> {
    await this.#programs.get(program)?.session.release();
    this.#programs.delete(program);
  }

  #wrap({ type, data, dims }: Tensor): OrtTensor {
    return new this.#ort.Tensor(type as 'float32', data as Float32Array, dims);
  }
}

function floats(tensor: OrtTensor): Float32Array {
  return tensor.data as Float32Array;
}

function copyOf(tensor: OrtTensor): Tensor {
  const { type, dims, data } = unwrap(tensor);
  return { type, dims, data: data.slice() };
}

function unwrap(tensor: OrtTensor): Tensor {
  return { type: tensor.type as Tensor['type'], dims: tensor.dims, data: tensor.data as Tensor['data'] };
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 2000);
}
