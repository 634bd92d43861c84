import { fail, rowOf } from '../../../../core/index.js';
import type { FunctionDef, GraphDef, NodeDef } from '../proto/generated/tensorflow_pb.js';
import { bodyOf, dataInputs, type Frame, findReference, openFrame } from './frame.js';
import { invalid, type TfFile, unsupported } from './source.js';

/** Most steps over nodes of called functions: calls of calls can multiply without end. */
const MAX_STEPS = 2_000_000;

const CALLS: ReadonlySet<string> = new Set(['PartitionedCall', 'StatefulPartitionedCall']);

/** Where a value comes from once calls are followed: a node, or an argument of the outermost body. */
export type Origin = { readonly frame: Frame; readonly node: NodeDef; readonly output: number } | { readonly parameter: string };

/** A graph with its library of functions. Functions are looked into where something reads their results, not before. */
export class Program {
  readonly main: Frame;
  readonly source: TfFile;
  readonly #library: ReadonlyMap<string, FunctionDef>;
  #steps = 0;

  /** @throws IMPORT_FILE_INVALID */
  constructor(graph: GraphDef, source: TfFile) {
    this.source = source;
    this.#library = new Map(graph.library?.function.map((definition) => [definition.signature?.name ?? '', definition]));
    this.main = openFrame(graph.node, source);
  }

  definition(name: string): FunctionDef | undefined {
    return this.#library.get(name);
  }

  /** A function on its own, as loops and conditionals run it. */
  open(definition: FunctionDef): Frame {
    this.#spend(definition.nodeDef.length);
    return openFrame(definition.nodeDef, this.source, bodyOf(definition));
  }

  /**
   * Follows a reference through the calls on its way, however many there are.
   * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED for recursion, GRAPH_FUNCTION_SIZE
   */
  origin(text: string, frame: Frame): Origin {
    let at = { text, frame };
    for (;;) {
      this.#spend(1);
      const found = findReference(at.text, at.frame, (op) => this.#outputsOf(op), this.source);
      if ('parameter' in found) {
        const { caller } = at.frame;
        if (!caller) return found;
        at = { text: caller.inputs[found.number] ?? this.#tooFew(caller.node), frame: caller.frame };
        continue;
      }
      const inner = this.called(found.node, at.frame);
      if (!inner) return { frame: at.frame, ...found };
      at = { text: this.#returned(inner, found.output), frame: inner };
    }
  }

  /** The body that a node calls, `undefined` where it calls none. */
  called(node: NodeDef, frame: Frame): Frame | undefined {
    const known = frame.calls.get(node);
    if (known) return known;
    const definition = this.#callee(node);
    if (!definition) return undefined;
    for (let outer: Frame | undefined = frame; outer; outer = outer.caller?.frame) {
      this.#spend(1);
      if (outer.body?.definition === definition) refuseRecursion(definition, this.source);
    }
    this.#spend(definition.nodeDef.length);
    const body = openFrame(definition.nodeDef, this.source, bodyOf(definition), { frame, node, inputs: dataInputs(node) });
    frame.calls.set(node, body);
    return body;
  }

  #callee(node: NodeDef): FunctionDef | undefined {
    if (!CALLS.has(node.op)) return this.#library.get(node.op);
    const { value } = node.attr['f'] ?? {};
    const name = value?.case === 'func' ? value.value.name : '';
    return this.#library.get(name) ?? invalid(this.source, `the node "${node.name}" calls the function "${name}", which is not in the file`);
  }

  #outputsOf(op: string): readonly string[] | undefined {
    return this.#library.get(op)?.signature?.outputArg.map(({ name }) => name);
  }

  #returned({ body }: Frame, output: number): string {
    const { signature, ret } = body?.definition ?? {};
    const name = signature?.outputArg[output]?.name;
    const text = name === undefined ? undefined : rowOf(ret ?? {}, name);
    return text ?? invalid(this.source, `the function "${signature?.name}" has no result number ${output}`);
  }

  #tooFew(node: NodeDef): never {
    return invalid(this.source, `the node "${node.name}" calls a function with too few arguments`);
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) fail('GRAPH_FUNCTION_SIZE', { limit: MAX_STEPS });
  }
}

export function refuseRecursion({ signature }: FunctionDef, source: TfFile): never {
  return unsupported(source, `a TensorFlow model whose function "${signature?.name}" calls itself`, 'models without recursion');
}
