import { fail, type Tensor } from '../../../core/index.js';
import type { OnnxEmitter } from './emitter.js';
import type { TfFunction } from './graph.js';

/** What all frames of one conversion share. */
export class Conversion {
  readonly emitter: OnnxEmitter;
  readonly variables: ReadonlyMap<string, Tensor>;
  readonly functions: ReadonlyMap<string, TfFunction>;
  readonly #stored = new Map<string, string>();

  constructor(emitter: OnnxEmitter, variables: ReadonlyMap<string, Tensor>, functions: ReadonlyMap<string, TfFunction>) {
    this.emitter = emitter;
    this.variables = variables;
    this.functions = functions;
  }

  /**
   * The value that holds a variable or constant, once for each form. Variables become parameters. Constants become Constant nodes: whether one is a
   * weight shows in where it is used.
   */
  store(name: string, form: string, make: () => Tensor): string {
    const key = `${name} ${form}`;
    const known = this.#stored.get(key);
    if (known !== undefined) return known;
    const value = this.variables.has(name) ? this.emitter.initializer(name, make()) : this.emitter.shared(name, make());
    this.#stored.set(key, value);
    return value;
  }

  /** @throws IMPORT_GRAPH always */
  broken(reason: string): never {
    return fail('IMPORT_GRAPH', { reason });
  }
}
