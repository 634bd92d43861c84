import { isDataType, type Tensor } from '../../../core/index.js';
import type { Bound, Run, Storing } from './bound.js';
import { convertControl, isControl } from './control.js';
import type { Conversion } from './conversion.js';
import type { TfFunction, TfNode } from './graph.js';
import { neededNodes, nodeOf, plain } from './needed.js';
import { opConverters } from './ops/index.js';
import { OpScope, type TensorList, type ValueLookup } from './scope.js';

/** Nodes that only hold a value. */
const STORES: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'VarHandleOp', 'VariableV2', 'Variable']);
/** Nodes behind which a stored value is still the stored one. */
const READS: ReadonlySet<string> = new Set(['Identity', 'ReadVariableOp', 'Enter']);

/** Whether the op needs no converter. */
export function isStore(op: string): boolean {
  return STORES.has(op);
}

/** One run of a function: the main graph, or the body of a loop for one step. */
export class Frame implements Run, ValueLookup {
  readonly conversion: Conversion;
  readonly #function: TfFunction;
  readonly #nodes: readonly TfNode[];
  readonly #byName: ReadonlyMap<string, TfNode>;
  readonly #bound: Map<string, Bound>;
  readonly #uses = new Map<string, number>();

  /** @param inputs what the function's inputs are, in order */
  constructor(conversion: Conversion, body: TfFunction, inputs: readonly Bound[]) {
    conversion.open();
    this.conversion = conversion;
    this.#function = body;
    this.#nodes = neededNodes(body);
    this.#byName = new Map(this.#nodes.map((node) => [node.name, node]));
    this.#bound = new Map(body.inputs.map(({ tensor }, i) => [plain(tensor), inputs[i] as Bound]));
    for (const tensor of [...this.#nodes.flatMap((node) => node.inputs), ...body.outputs.map((port) => port.tensor)]) {
      this.#uses.set(plain(tensor), this.uses(tensor) + 1);
    }
  }

  /** A run of `body` inside this one. */
  inner(body: TfFunction, inputs: readonly Bound[]): Frame {
    return new Frame(this.conversion, body, inputs);
  }

  /** Converts every node; returns what the outputs are. */
  run(): Bound[] {
    for (const node of this.#nodes) if (!isStore(node.op) && !this.#bound.has(node.name)) this.#convert(node);
    return this.#function.outputs.map(({ tensor }) => this.bound(tensor));
  }

  /** What `tensor` is, seen through the frames around. */
  bound(tensor: string): Bound {
    const name = plain(tensor);
    const known = this.#bound.get(name);
    if (known === undefined) return { frame: this, tensor: name };
    return 'frame' in known && known.frame !== this ? known.frame.bound(known.tensor) : known;
  }

  bind(tensor: string, bound: Bound): void {
    this.#bound.set(plain(tensor), bound);
  }

  value(tensor: string): string {
    const bound = this.bound(tensor);
    if ('value' in bound) return bound.value;
    if ('list' in bound) return this.conversion.broken(`the list "${tensor}" is used as a tensor`);
    if (bound.frame !== this) return bound.frame.value(bound.tensor);
    const { conversion } = this;
    const name = plain(tensor);
    const source = this.#source(name);
    const stored = this.stored(name);
    if (!source || !stored) return conversion.broken(`the value "${tensor}" is not there`);
    const value = conversion.store(source, '', () => stored);
    this.bind(name, { value });
    return value;
  }

  list(tensor: string): TensorList {
    const bound = this.bound(tensor);
    return 'list' in bound ? bound.list : this.conversion.broken(`"${tensor}" is used as a list`);
  }

  constant(tensor: string): Tensor | undefined {
    const bound = this.bound(tensor);
    if ('value' in bound) return this.conversion.emitter.fixed(bound.value);
    if ('list' in bound) return undefined;
    if (bound.frame !== this) return bound.frame.constant(bound.tensor);
    const node = this.#source(tensor);
    if (node?.op !== 'Const') return undefined;
    const value = node.attributes.get('value');
    return value?.kind === 'tensor' && isDataType(value.value.type) ? (value.value as Tensor) : undefined;
  }

  stored(tensor: string): Tensor | undefined {
    const source = this.storing(tensor);
    if (!source) return undefined;
    return this.conversion.variables.get(source.node.name) ?? source.frame.constant(source.node.name);
  }

  uses(tensor: string): number {
    return this.#uses.get(plain(tensor)) ?? 0;
  }

  arranged(tensor: string, form: string, arrange: (tensor: Tensor) => Tensor): string | undefined {
    const source = this.storing(tensor);
    const stored = this.stored(tensor);
    return source && stored && this.conversion.store(source.node, form, () => arrange(stored));
  }

  source(tensor: string): TfNode | undefined {
    return this.#byName.get(nodeOf(tensor));
  }

  /** The node that stores `tensor`, in this frame or one around. */
  storing(tensor: string): Storing | undefined {
    let name = plain(tensor);
    for (;;) {
      const bound = this.#bound.get(name);
      if (bound && 'frame' in bound && bound.frame !== this) return bound.frame.storing(bound.tensor);
      const node = this.#byName.get(nodeOf(name));
      if (node && isStore(node.op)) return { frame: this, node };
      if (!node || !READS.has(node.op)) return undefined;
      name = plain(node.inputs[0] ?? '');
    }
  }

  #source(tensor: string): TfNode | undefined {
    return this.storing(tensor)?.node;
  }

  #convert(node: TfNode): void {
    if (READS.has(node.op)) {
      this.bind(node.name, this.bound(node.inputs[0] ?? ''));
      return;
    }
    const { emitter } = this.conversion;
    const start = emitter.count;
    const scope = new OpScope(node, emitter, this);
    if (isControl(node.op)) {
      convertControl(this, node, scope);
      return;
    }
    const made = opConverters[node.op]?.(scope) ?? [];
    const outputs = typeof made === 'string' || 'items' in made ? [made] : made;
    const values = outputs.filter((output) => typeof output === 'string');
    const names = this.#named(node, values, start);
    emitter.rename(names, start);
    for (const [i, output] of outputs.entries()) {
      const bound = typeof output === 'string' ? { value: names.get(output) ?? output } : { list: output };
      this.bind(i === 0 ? node.name : `${node.name}:${i}`, bound);
    }
  }

  /** New names for the values that were made for the node: TensorFlow's own. */
  #named(node: TfNode, outputs: readonly string[], start: number): Map<string, string> {
    const { emitter } = this.conversion;
    const names = new Map<string, string>();
    for (const [i, output] of outputs.entries()) {
      const wanted = i === 0 ? node.name : `${node.name}:${i}`;
      if (emitter.isMadeSince(output, start) && emitter.isFree(wanted) && !names.has(output)) names.set(output, wanted);
    }
    return names;
  }
}
