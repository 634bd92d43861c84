import { type Tensor, zeros } from '../../../../core/index.js';
import type { ConvertContext, Node } from '../../../../engine/graph/index.js';
import { number } from '../fused/write.js';
import { dequantised, fits, rangeOf } from './tensors.js';

/** A quantised value of the graph, and the value that holds the real numbers it stands for. */
export interface Realised {
  readonly real: string;
  readonly scale: string;
  readonly zero: string;
}

/** A quantised operand: names of the value, its scale and its zero point (`''` for zero). */
export interface Operand {
  readonly value: string;
  readonly scale: string;
  readonly zero: string;
  readonly axis?: number;
  readonly block?: number;
}

/** What is known of the quantised values of one model while it is being dequantised. */
export class Realising {
  readonly #values = new Map<string, Realised>();
  /** The value that each dequantised weight came from, by its new name. */
  readonly weights = new Map<string, string>();
  /** Identity nodes, by output, that only join the old names to the new. */
  readonly joints = new Set<string>();
  readonly #known = new Map<string, string>();

  get(quantised: string): Realised | undefined {
    return this.#values.get(quantised);
  }

  set(quantised: string, realised: Realised): void {
    this.#values.set(quantised, realised);
  }

  /** The real numbers of an operand, where they are known without a node: of a weight, or a value computed as real numbers. */
  known(c: ConvertContext, operand: Operand): string | undefined {
    const { value, scale, zero, axis = 1, block = 0 } = operand;
    const [q, s, z] = [c.constantOf(value), c.constantOf(scale), c.constantOf(zero)];
    if (!q || !s || (zero !== '' && !z)) return this.get(value)?.real;
    const scaling = { scale: s, zero: z, axis, block };
    return fits(q, scaling) ? this.weight(c, value, [value, scale, zero].join('\0'), () => dequantised(q, scaling)) : undefined;
  }

  /** The real numbers of an operand; of an integer input of the model they are computed. */
  real(c: ConvertContext, operand: Operand): string {
    const { value, scale, zero, axis = 1 } = operand;
    return this.known(c, operand) ?? c.add('DequantizeLinear', zero === '' ? [value, scale] : [value, scale, zero], { axis });
  }

  /** A weight that came from the value `from`; the same `key` twice is one weight. */
  weight(c: ConvertContext, from: string, key: string, make: () => Tensor): string {
    const name = this.#known.get(key) ?? c.initializer(`${from}/real`, make());
    this.#known.set(key, name);
    this.weights.set(name, from);
    return name;
  }

  /** Gives a node's output the real numbers `real`. */
  join(c: ConvertContext, node: Node, real: string): undefined {
    const [output = ''] = node.outputs;
    c.emit({ name: node.name, op: 'Identity', domain: '', inputs: [real], outputs: [output], attributes: {} });
    this.joints.add(output);
  }

  /**
   * Remembers the real numbers of a quantised value. Quantising also cuts off what lies outside its range, and quantisers leave ReLU to that: where the
   * range begins or ends at 0 it is kept as the activation it was, ReLU6 where it ends at 6. Other limits are rounding, and left out.
   */
  quantise(c: ConvertContext, quantised: string, real: string, scale: string, zero: string): void {
    const [s, z] = [c.constantOf(scale), zero === '' ? zeros('uint8', []) : c.constantOf(zero)];
    const range = s && z && !c.constantOf(real) ? rangeOf(s, z) : undefined;
    this.set(quantised, { real: range ? bounded(c, real, range) : real, scale, zero });
  }
}

function bounded(c: ConvertContext, x: string, [low, high, step]: readonly [number, number, number]): string {
  if (high === 0) return c.add('Min', [x, number(c, 0, x)]);
  if (low !== 0) return x;
  if (Math.abs(high - 6) < step / 2) return c.add('Clip', [x, number(c, 0, x), number(c, 6, x)]);
  return isNonNegative(c, x, 0) ? x : c.add('Relu', [x]);
}

const NON_NEGATIVE = new Set(['Abs', 'Exp', 'HardSigmoid', 'Relu', 'Sigmoid', 'Softmax', 'Softplus']);
/** What has no negative element where none of its inputs has. */
const KEEPS_SIGN = new Set(['Add', 'AveragePool', 'Concat', 'GlobalAveragePool', 'GlobalMaxPool', 'MaxPool', 'Mul']);
const KEEPS_SIGN_OF_FIRST = new Set(['Flatten', 'Identity', 'ReduceMax', 'ReduceMean', 'Reshape', 'Slice', 'Squeeze', 'Transpose', 'Unsqueeze']);
const DEPTH = 8;

/** Whether a value is known to have no negative element. */
function isNonNegative(c: ConvertContext, name: string, depth: number): boolean {
  const node = c.producerOf(name);
  if (!node || depth > DEPTH) return false;
  if (NON_NEGATIVE.has(node.op)) return true;
  if (node.op === 'Clip') return Number(c.constantOf(node.inputs[1] ?? '')?.data[0] ?? -1) >= 0;
  if (KEEPS_SIGN.has(node.op)) return node.inputs.every((input) => isNonNegative(c, input, depth + 1));
  return KEEPS_SIGN_OF_FIRST.has(node.op) && isNonNegative(c, node.inputs[0] ?? '', depth + 1);
}
