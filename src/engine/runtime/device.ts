import { type Model, writeModel } from '../graph/index.js';
import type { EngineMethods, Optimization, Pace, Tensors } from './engine.js';

export interface DeviceOptions {
  /** Threads one operator may use; all cores when left out. */
  readonly threads?: number;
}

export interface ProgramOptions {
  /** Inputs taken from the device's resident tensors of the same name. */
  readonly resident?: readonly string[];
  /** Outputs that replace a resident tensor after each step: output name → resident name. */
  readonly updates?: Readonly<Record<string, string>>;
  /** Resident parameters that each step changes in place, by gradients among the outputs. */
  readonly optimization?: Optimization;
  /** Resident tensors of which an average is kept, as the pace of a step says: name → resident name of the average. */
  readonly averages?: Readonly<Record<string, string>>;
  /** A scalar output; when a step leaves it NaN or infinite, that step changes nothing. */
  readonly guard?: string;
}

/** A graph compiled for its static shapes. */
export interface Program {
  /**
   * Runs once and changes nothing. Feeds are all inputs that are not resident; the result holds all outputs.
   * @param given further feeds, whose memory moves to the device instead of being copied: the caller must not use them again
   */
  run(feeds: Tensors, given?: Tensors): Promise<Tensors>;
  /**
   * Runs once and makes the program's updates; the result holds the other outputs.
   * @param given all inputs that are not resident, whose memory moves to the device: the caller must not use them again
   */
  step(pace: Pace, given: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/**
 * Where graphs run: ONNX Runtime in a worker, so that the caller's event loop stays free. Weights and optimiser state stay
 * resident there from step to step; only batches go in and losses come out.
 */
export class Device {
  readonly #engine: EngineMethods & { close(): Promise<void> };

  constructor(engine: EngineMethods & { close(): Promise<void> }) {
    this.#engine = engine;
  }

  /** @throws RUNTIME_COMPILE when ONNX Runtime refuses the graph. */
  async compile(model: Model, { resident = [], updates = {}, ...options }: ProgramOptions = {}): Promise<Program> {
    const id = await this.#engine.compile({ model: writeModel(model), resident, updates, ...options });
    return {
      run: (feeds, given) => this.#engine.run(id, feeds, given),
      step: (pace, given) => this.#engine.step(id, pace, given),
      release: () => this.#engine.release(id),
    };
  }

  /**
   * Makes tensors resident under their names, replacing earlier ones.
   * @param given further tensors, whose memory moves to the device instead of being copied: the caller must not use them again
   */
  put(tensors: Tensors, given?: Tensors): Promise<void> {
    return this.#engine.put(tensors, given);
  }

  /** Copies of resident tensors. @throws RUNTIME_NOT_RESIDENT */
  get(names: readonly string[]): Promise<Tensors> {
    return this.#engine.get(names);
  }

  drop(names: readonly string[]): Promise<void> {
    return this.#engine.drop(names);
  }

  /** Resident tensors take each other's names; nothing is copied. @throws RUNTIME_NOT_RESIDENT */
  exchange(pairs: readonly (readonly [string, string])[]): Promise<void> {
    return this.#engine.exchange(pairs);
  }

  /** Ends the worker and frees everything on it. */
  close(): Promise<void> {
    return this.#engine.close();
  }
}
