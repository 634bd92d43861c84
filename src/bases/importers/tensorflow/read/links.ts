import type { NodeDef } from '../proto/generated/tensorflow_pb.js';
import { dataInputs } from './frame.js';

/** Who reads whom in a graph, by name, along data alone. */
export class Links {
  readonly nodes: readonly NodeDef[];
  readonly #inputs = new Map<string, readonly string[]>();
  readonly #readers = new Map<string, string[]>();

  constructor(nodes: readonly NodeDef[]) {
    this.nodes = nodes;
    for (const node of nodes) {
      const inputs = dataInputs(node).map((input) => input.replace(/:.*/, ''));
      this.#inputs.set(node.name, inputs);
      for (const input of inputs) {
        const readers = this.#readers.get(input);
        if (readers) readers.push(node.name);
        else this.#readers.set(input, [node.name]);
      }
    }
  }

  inputs(name: string): readonly string[] {
    return this.#inputs.get(name) ?? [];
  }

  readers(name: string): readonly string[] {
    return this.#readers.get(name) ?? [];
  }

  /** `names` and all that depends on them, as far as `passes` lets it. */
  below(names: Iterable<string>, passes: (name: string) => boolean = () => true): Set<string> {
    return grow(names, (name) => this.readers(name).filter(passes));
  }

  /** `names` and all that they depend on. */
  above(names: Iterable<string>): Set<string> {
    return grow(names, (name) => this.inputs(name));
  }
}

function grow(names: Iterable<string>, next: (name: string) => readonly string[]): Set<string> {
  const found = new Set(names);
  // The set grows while it is walked.
  for (const name of found) for (const other of next(name)) found.add(other);
  return found;
}
