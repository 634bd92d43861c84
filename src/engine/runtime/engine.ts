import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { fail, type Tensor } from '../../core/index.js';
import { free } from './free.js';

/** The part of the onnxruntime packages that is equal in Node and in the browser. */
export interface OrtModule {
  readonly InferenceSession: { create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: TensorConstructor;
}

export type Tensors = Readonly<Record<string, Tensor>>;

/** A compiled graph and how its inputs and outputs meet the engine's resident tensors. */
export interface ProgramSpec {
  /** ONNX file bytes. */
  readonly model: Uint8Array;
  /** Inputs that are taken from resident tensors of the same name. */
  readonly resident: readonly string[];
  /** Outputs that replace a resident tensor once the run is over, never while it is still read: output name → resident name. */
  readonly updates: Readonly<Record<string, string>>;
  /** A scalar output; when a run leaves it NaN or infinite, that run updates nothing. */
  readonly guard?: string;
}

/** The methods a device offers, wherever it runs. */
export interface EngineMethods {
  compile(spec: ProgramSpec): Promise<number>;
  /** The memory of what is `given` moves to the engine where it lives in another thread. */
  run(program: number, feeds: Tensors, given?: Tensors): Promise<Tensors>;
  put(tensors: Tensors, given?: Tensors): Promise<void>;
  get(names: readonly string[]): Promise<Tensors>;
  drop(names: readonly string[]): Promise<void>;
  release(program: number): Promise<void>;
}

interface Program {
  readonly session: InferenceSession;
  readonly spec: ProgramSpec;
}

/** Runs programs on one ONNX Runtime; the same code in a Node worker, a browser worker and in tests. */
export class Engine implements EngineMethods {
  readonly #ort: OrtModule;
  readonly #options: InferenceSession.SessionOptions;
  readonly #programs = new Map<number, Program>();
  readonly #resident = new Map<string, OrtTensor>();
  /** Resident tensors that a run made, whose memory nobody else holds. */
  readonly #made = new WeakSet<OrtTensor>();
  #next = 1;

  constructor(ort: OrtModule, options: InferenceSession.SessionOptions) {
    this.#ort = ort;
    this.#options = options;
  }

  async compile(spec: ProgramSpec): Promise<number> {
    const session = await this.#ort.InferenceSession.create(spec.model, this.#optionsFor(spec)).catch((cause: unknown) =>
      fail('RUNTIME_COMPILE', { reason: reasonOf(cause) }, cause),
    );
    const id = this.#next++;
    this.#programs.set(id, { session, spec: { ...spec, model: new Uint8Array() } });
    return id;
  }

  /** Weights inside a program are laid out for the processor once, when it is compiled; weights that are fed would be at every run. */
  #optionsFor({ resident }: ProgramSpec): InferenceSession.SessionOptions {
    return resident.length === 0 ? { ...this.#options, graphOptimizationLevel: 'all' } : this.#options;
  }

  async run(program: number, feeds: Tensors, given: Tensors = {}): Promise<Tensors> {
    const { session, spec } = this.#programs.get(program) ?? fail('RUNTIME_RELEASED', { program });
    const inputs: Record<string, OrtTensor> = {};
    for (const name of spec.resident) inputs[name] = this.#resident.get(name) ?? fail('RUNTIME_NOT_RESIDENT', { name });
    for (const [name, tensor] of Object.entries({ ...feeds, ...given })) inputs[name] = this.#wrap(tensor);
    const results = await session.run(inputs).catch((cause: unknown) => fail('RUNTIME_RUN', { reason: reasonOf(cause) }, cause));
    const returned: Record<string, Tensor> = {};
    const guarded = spec.guard === undefined ? undefined : results[spec.guard]?.data[0];
    const commit = guarded === undefined || Number.isFinite(Number(guarded));
    for (const [name, tensor] of Object.entries(results)) {
      const resident = spec.updates[name];
      if (resident === undefined) returned[name] = unwrap(tensor);
      else if (commit) this.#replace(resident, tensor);
      else free(tensor.data as ArrayBufferView);
    }
    return returned;
  }

  #replace(name: string, tensor: OrtTensor): void {
    const old = this.#resident.get(name);
    if (old !== undefined && this.#made.has(old)) free(old.data as ArrayBufferView);
    this.#made.add(tensor);
    this.#resident.set(name, tensor);
  }

  async put(tensors: Tensors, given: Tensors = {}): Promise<void> {
    for (const [name, tensor] of Object.entries({ ...tensors, ...given })) this.#resident.set(name, this.#wrap(tensor));
  }

  async get(names: readonly string[]): Promise<Tensors> {
    const copy = (name: string): Tensor => {
      const { type, dims, data } = unwrap(this.#resident.get(name) ?? fail('RUNTIME_NOT_RESIDENT', { name }));
      return { type, dims, data: data.slice() };
    };
    return Object.fromEntries(names.map((name) => [name, copy(name)]));
  }

  async drop(names: readonly string[]): Promise<void> {
    for (const name of names) this.#resident.delete(name);
  }

  async release(program: number): Promise<void> {
    await this.#programs.get(program)?.session.release();
    this.#programs.delete(program);
  }

  #wrap({ type, data, dims }: Tensor): OrtTensor {
    return new this.#ort.Tensor(type as 'float32', data as Float32Array, dims);
  }
}

function unwrap(tensor: OrtTensor): Tensor {
  return { type: tensor.type as Tensor['type'], dims: tensor.dims, data: tensor.data as Tensor['data'] };
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, 2000);
}
