import { rowOf } from '../../../../core/index.js';
import type { TfAttribute, TfFunction, TfNode, TfPort } from '../graph.js';
import type { FunctionDef } from '../proto/generated/tensorflow_pb.js';
import { readAttributes } from './attributes.js';
import { dataInputs, type Frame } from './frame.js';
import { nameNodes, type Placed } from './names.js';
import { type Origin, type Program, refuseRecursion } from './program.js';
import { TensorReader } from './tensors.js';
import { readType } from './types.js';

/** A graph without calls: what given outputs need, and the bodies of its loops and conditionals. */
export interface Flat extends TfFunction {
  readonly functions: ReadonlyMap<string, TfFunction>;
}

/**
 * What `outputs` need of a program's main graph, with the functions it calls put in the place of their calls. What lies before `inputs` is
 * left out.
 * @throws IMPORT_FILE_INVALID, IMPORT_FORMAT_UNSUPPORTED for recursion, GRAPH_FUNCTION_SIZE
 */
export function flatten(program: Program, inputs: readonly TfPort[], outputs: readonly TfPort[]): Flat {
  const flattening = new Flattening(program);
  return { ...flattening.part(program.main, inputs, outputs), functions: flattening.functions };
}

class Flattening {
  /** Bodies that were met, by name. */
  readonly functions = new Map<string, TfFunction>();
  readonly #program: Program;
  readonly #tensors: TensorReader;
  readonly #underWay = new Set<string>();

  constructor(program: Program) {
    this.#program = program;
    this.#tensors = new TensorReader(program.source);
  }

  part(frame: Frame, inputs: readonly TfPort[], outputs: readonly TfPort[]): TfFunction {
    const fed = new Set(inputs.map(({ tensor }) => tensor));
    const ends = outputs.map(({ tensor }) => this.#program.origin(tensor, frame));
    const needed = new Needed(frame, fed, this.#program);
    for (const end of ends) needed.add(end);
    const collected = needed.collect();
    const names = nameNodes([...collected.keys()], frame);
    const text = (origin: Origin): string => ('parameter' in origin ? origin.parameter : tensorName(nameOf(origin, needed, names), origin.output));
    const nodes = Array.from(collected, ([placed, origins]) => this.#node(placed, names.get(placed) ?? '', origins.map(text)));
    return { nodes, inputs, outputs: outputs.map((port, i) => ({ ...port, tensor: text(ends[i] as Origin) })) };
  }

  #node({ node }: Placed, name: string, inputs: readonly string[]): TfNode {
    const attributes = readAttributes(node, this.#tensors);
    for (const attribute of attributes.values()) this.#bodies(attribute);
    return { name, op: node.op, inputs, attributes };
  }

  #bodies(attribute: TfAttribute): void {
    if (attribute.kind === 'list') for (const item of attribute.value) this.#bodies(item);
    const definition = attribute.kind === 'function' ? this.#program.definition(attribute.value) : undefined;
    if (definition) this.#body(definition);
  }

  #body(definition: FunctionDef): void {
    const { name = '', inputArg = [], outputArg = [] } = definition.signature ?? {};
    if (this.#underWay.has(name)) refuseRecursion(definition, this.#program.source);
    if (this.functions.has(name)) return;
    this.#underWay.add(name);
    const port = (argument: string, tensor: string, type: number): TfPort => ({ name: argument, tensor, type: readType(type), dims: undefined });
    const inputs = inputArg.map((argument) => port(argument.name, argument.name, argument.type));
    const outputs = outputArg.map((argument) => port(argument.name, rowOf(definition.ret, argument.name) ?? argument.name, argument.type));
    this.functions.set(name, this.part(this.#program.open(definition), inputs, outputs));
    this.#underWay.delete(name);
  }
}

function tensorName(node: string, output: number): string {
  return output === 0 ? node : `${node}:${output}`;
}

/** What is fed keeps its name, whether or not its node is needed. */
function nameOf({ frame, node }: Placed, needed: Needed, names: ReadonlyMap<Placed, string>): string {
  return names.get(needed.place(frame, node)) ?? node.name;
}

/** The nodes that some values need, within one graph or body. */
class Needed {
  readonly #outermost: Frame;
  readonly #fed: ReadonlySet<string>;
  readonly #program: Program;
  readonly #placed = new Map<Frame, Map<Placed['node'], Placed>>();
  readonly #queue = new Set<Placed>();

  constructor(outermost: Frame, fed: ReadonlySet<string>, program: Program) {
    this.#outermost = outermost;
    this.#fed = fed;
    this.#program = program;
  }

  add(origin: Origin): void {
    if (!('parameter' in origin) && !this.#isCut(origin)) this.#queue.add(this.place(origin.frame, origin.node));
  }

  /** Nodes with the origins of their inputs. */
  collect(): Map<Placed, readonly Origin[]> {
    const collected = new Map<Placed, readonly Origin[]>();
    // The set grows while it is walked.
    for (const placed of this.#queue) {
      const origins = dataInputs(placed.node).map((input) => this.#program.origin(input, placed.frame));
      collected.set(placed, origins);
      for (const origin of origins) this.add(origin);
    }
    return collected;
  }

  /** The one object that stands for a node of a frame. */
  place(frame: Frame, node: Placed['node']): Placed {
    const ofFrame = this.#placed.get(frame) ?? new Map<Placed['node'], Placed>();
    this.#placed.set(frame, ofFrame);
    const placed = ofFrame.get(node) ?? { frame, node };
    ofFrame.set(node, placed);
    return placed;
  }

  /** Whether a value is given from outside, so that its node is not needed for it. A placeholder may stay: it needs nothing. */
  #isCut({ frame, node, output }: Exclude<Origin, { parameter: string }>): boolean {
    return frame === this.#outermost && node.op !== 'Placeholder' && this.#fed.has(tensorName(node.name, output));
  }
}
