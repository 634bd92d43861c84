import { toNumbers } from '../../../core/index.js';
import { attribute, attributes } from '../attributes.js';
import type { Node } from '../model.js';
import type { StandardOp } from '../ops.js';
import { axisOf, dimAt } from '../shapes/dims.js';
import type { NameSource } from '../walk.js';
import type { StaticScope } from './scope.js';

/**
 * Sequences whose length is known: the names of their tensors. The nodes that make and take apart such a sequence become
 * nodes on the tensors themselves; exporters write a split into parts this way.
 */
export class StaticSequences {
  readonly #elements = new Map<string, readonly string[]>();
  readonly #scope: StaticScope;
  readonly #names: NameSource;

  constructor(scope: StaticScope, names: NameSource) {
    this.#scope = scope;
    this.#names = names;
  }

  has(name: string): boolean {
    return this.#elements.has(name);
  }

  /** The nodes that stand in for a node on sequences; `undefined` for any other, or where the sequence is not known. */
  replace(node: Node): readonly Node[] | undefined {
    if (node.domain !== '') return undefined;
    const [input = '', output = ''] = [node.inputs[0], node.outputs[0]];
    const elements = this.#elements.get(input);
    switch (node.op) {
      case 'SequenceEmpty':
        return this.#define(output, []);
      case 'SequenceConstruct':
        return this.#define(output, node.inputs);
      case 'SplitToSequence':
        return this.#split(node);
      default:
        return elements && this.#onSequence(node, elements, output);
    }
  }

  #define(name: string, elements: readonly string[]): readonly Node[] {
    this.#elements.set(name, elements);
    return [];
  }

  #onSequence(node: Node, elements: readonly string[], output: string): readonly Node[] | undefined {
    switch (node.op) {
      case 'Identity':
        return this.#define(output, elements);
      case 'SequenceAt': {
        const at = this.#position(node, 1, elements.length);
        return at === undefined ? undefined : [made('Identity', [elements[at] ?? ''], [output])];
      }
      case 'SequenceErase': {
        const at = this.#position(node, 1, elements.length, elements.length - 1);
        return at === undefined ? undefined : this.#define(output, elements.toSpliced(at, 1));
      }
      case 'SequenceInsert': {
        const at = this.#position(node, 2, elements.length, elements.length);
        return at === undefined ? undefined : this.#define(output, elements.toSpliced(at, 0, node.inputs[1] ?? ''));
      }
      case 'SequenceLength':
        return [made('Constant', [], [output], { value_int: elements.length })];
      case 'ConcatFromSequence':
        return this.#concat(node, elements, output);
      default:
        return undefined;
    }
  }

  /** The position in input `index`, counted from the end when negative; `end`, if there may be one, when it is left out. */
  #position(node: Node, index: number, length: number, end?: number): number | undefined {
    const name = node.inputs[index];
    if (!name) return end;
    const value = this.#scope.constant(name);
    const at = value && toNumbers(value)[0];
    const absolute = at !== undefined && at < 0 ? at + length : at;
    return absolute !== undefined && absolute >= 0 && absolute <= (end ?? length - 1) ? absolute : undefined;
  }

  #concat(node: Node, elements: readonly string[], output: string): readonly Node[] {
    const axis = attribute.int(node, 'axis', 0);
    if (attribute.int(node, 'new_axis', 0) === 0) return [made('Concat', elements, [output], { axis })];
    const axes = this.#names.fresh(`${output}_axes`);
    const parts = elements.map((element) => made('Unsqueeze', [element, axes], [this.#names.fresh(`${output}_part`)]));
    const joined = made(
      'Concat',
      parts.map((part) => part.outputs[0] as string),
      [output],
      { axis },
    );
    return [made('Constant', [], [axes], { value_ints: [axis] }), ...parts, joined];
  }

  #split(node: Node): readonly Node[] | undefined {
    const [input = '', sizesName] = node.inputs;
    const type = this.#scope.type(input);
    const given = sizesName ? this.#scope.constant(sizesName) : undefined;
    if (!type || (sizesName && !given)) return undefined;
    const axis = axisOf(node, attribute.int(node, 'axis', 0), type.dims.length);
    const dim = dimAt(type.dims, axis);
    const sizes = given?.dims.length === 1 ? toNumbers(given) : chunks(dim, given ? (toNumbers(given)[0] ?? 1) : 1);
    const sequence = node.outputs[0] ?? '';
    const names = sizes.map(() => this.#names.fresh(`${sequence}_part`));
    const [splits, axes] = [this.#names.fresh(`${sequence}_sizes`), this.#names.fresh(`${sequence}_axes`)];
    const nodes = [made('Constant', [], [splits], { value_ints: sizes }), made('Split', [input, splits], names, { axis })];
    if (given || attribute.int(node, 'keepdims', 1) === 1) {
      this.#define(sequence, names);
      return nodes;
    }
    const squeezed = names.map((name) => made('Squeeze', [name, axes], [this.#names.fresh(name)]));
    this.#define(
      sequence,
      squeezed.map((part) => part.outputs[0] as string),
    );
    return [...nodes, made('Constant', [], [axes], { value_ints: [axis] }), ...squeezed];
  }
}

/** `dim` in chunks of `size`, the last one smaller. */
function chunks(dim: number, size: number): number[] {
  return Array.from({ length: Math.ceil(dim / size) }, (_, i) => Math.min(size, dim - i * size));
}

function made(op: StandardOp, inputs: readonly string[], outputs: readonly string[], values: Parameters<typeof attributes>[0] = {}): Node {
  return { name: outputs[0] ?? op, op, domain: '', inputs, outputs, attributes: attributes(values) };
}
