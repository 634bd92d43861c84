import { fail, type Tensor } from '../../../core/index.js';
import type { OnnxEmitter } from './emitter.js';
import type { TfFunction, TfNode } from './graph.js';

/** Bodies of loops and conditionals that are written out at most, those inside each other counted each time, and nodes they may make. */
const MOST_FRAMES = 50_000;
const MOST_NODES = 500_000;

/** What all frames of one conversion share. */
export class Conversion {
  readonly emitter: OnnxEmitter;
  readonly variables: ReadonlyMap<string, Tensor>;
  readonly functions: ReadonlyMap<string, TfFunction>;
  readonly #stored = new Map<TfNode, Map<string, string>>();
  #frames = 0;

  constructor(emitter: OnnxEmitter, variables: ReadonlyMap<string, Tensor>, functions: ReadonlyMap<string, TfFunction>) {
    this.emitter = emitter;
    this.variables = variables;
    this.functions = functions;
  }

  /**
   * The value that holds a variable or constant, once for each form. Variables become parameters. Constants become Constant nodes: whether one is a
   * weight shows in where it is used.
   */
  store(node: TfNode, form: string, make: () => Tensor): string {
    // Nodes of different functions may share a name.
    const forms = this.#stored.get(node) ?? new Map<string, string>();
    const known = forms.get(form);
    if (known !== undefined) return known;
    const { name } = node;
    const value = this.variables.has(name) ? this.emitter.initializer(name, make()) : this.emitter.shared(name, make());
    this.#stored.set(node, forms.set(form, value));
    return value;
  }

  /** Counts a frame that is opened: loops and conditionals inside each other can grow exponentially. @throws GRAPH_FUNCTION_SIZE */
  open(): void {
    this.#frames += 1;
    if (this.#frames > MOST_FRAMES || this.emitter.count > MOST_NODES) fail('GRAPH_FUNCTION_SIZE', { limit: MOST_NODES });
  }

  /** @throws IMPORT_GRAPH always */
  broken(reason: string): never {
    return fail('IMPORT_GRAPH', { reason });
  }
}
