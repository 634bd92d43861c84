import { sizeOf } from '../../../../core/index.js';
import { attribute, type Convert, type ConvertContext, type Node, type StandardOp } from '../../../../engine/graph/index.js';
import type { Expansions } from '../fused/write.js';
import { unquantisedName } from './names.js';
import type { Operand, Realised, Realising } from './realise.js';

/** Operators that only move or choose elements, so that they do with real numbers what they do with quantised ones. */
const MOVES: Readonly<Partial<Record<StandardOp, readonly string[]>>> = {
  DepthToSpace: ['blocksize', 'mode'],
  Expand: [],
  Flatten: ['axis'],
  Gather: ['axis'],
  Identity: [],
  MaxPool: ['auto_pad', 'ceil_mode', 'dilations', 'kernel_shape', 'pads', 'storage_order', 'strides'],
  Reshape: ['allowzero'],
  Slice: [],
  SpaceToDepth: ['blocksize'],
  Split: ['axis', 'num_outputs'],
  Squeeze: [],
  Tile: [],
  Transpose: ['perm'],
  Unsqueeze: [],
};

/** Quantised values between quantising and dequantising operators (QDQ format), as the real numbers they stand for. */
export function quantisingPairs(reals: Realising): Expansions {
  /** Also of a weight from which quantised elements are taken, as from an embedding. */
  const known = (c: ConvertContext, operand: Operand): string | undefined => {
    const found = reals.known(c, operand);
    const producer = c.producerOf(operand.value);
    const names = producer?.domain === '' ? MOVES[producer.op as StandardOp] : undefined;
    if (found !== undefined || !producer || !names || sizeOf(c.constantOf(operand.scale)?.dims ?? [0]) !== 1) return found;
    const [value = '', ...rest] = producer.inputs;
    const first = known(c, { ...operand, value });
    if (first === undefined) return undefined;
    twin(reals, c, producer, names, [first, ...rest], { ...operand, real: first });
    return reals.get(operand.value)?.real;
  };
  const dequantise: Convert = (node, c) => {
    const [value = '', scale = '', zero = ''] = node.inputs;
    const axis = attribute.int(node, 'axis', 1);
    const real = known(c, { value, scale, zero, axis, block: attribute.int(node, 'block_size', 0) });
    return real === undefined ? node : reals.join(c, node, real);
  };
  const quantise: Convert = (node, c) => {
    const [x = '', scale = '', zero = ''] = node.inputs;
    reals.quantise(c, node.outputs[0] ?? '', x, scale, zero);
    return node;
  };
  const quantiseDynamically: Convert = (node) => {
    const [quantised = '', scale = '', zero = ''] = node.outputs;
    reals.set(quantised, { real: node.inputs[0] ?? '', scale, zero });
    return node;
  };
  return { DequantizeLinear: dequantise, DynamicQuantizeLinear: quantiseDynamically, QuantizeLinear: quantise };
}

/** Adds a node's twin on real numbers; the node itself is dropped where nothing needs it. */
function twin(reals: Realising, c: ConvertContext, node: Node, names: readonly string[], inputs: readonly string[], from: Realised): Node {
  const outputs = node.outputs.map((output) => (output === '' ? '' : c.fresh(unquantisedName(output))));
  c.emit({
    ...node,
    name: outputs[0] ?? node.name,
    inputs,
    outputs,
    attributes: Object.fromEntries(Object.entries(node.attributes).filter(([name]) => names.includes(name))),
  });
  node.outputs.forEach((output, index) => {
    reals.set(output, { ...from, real: outputs[index] ?? '' });
  });
  return node;
}

/** Operators of the standard domain that quantised values may pass through. */
export function quantisedMoves(reals: Realising): Expansions {
  const move =
    (names: readonly string[]): Convert =>
    (node, c) => {
      const [first = '', ...rest] = node.inputs;
      const from = reals.get(first);
      return from ? twin(reals, c, node, names, [from.real, ...rest], from) : node;
    };
  const concat: Convert = (node, c) => {
    const parts = node.inputs.flatMap((input) => reals.get(input) ?? []);
    const [from] = parts;
    return from && parts.length === node.inputs.length
      ? twin(
          reals,
          c,
          node,
          ['axis'],
          parts.map(({ real }) => real),
          from,
        )
      : node;
  };
  const pad: Convert = (node, c) => {
    const [first = '', pads = '', value = '', axes = ''] = node.inputs;
    const from = reals.get(first);
    if (!from || (value === '' && attribute.string(node, 'mode', 'constant') === 'constant')) return node;
    const filler = value === '' ? '' : reals.real(c, { value, scale: from.scale, zero: from.zero });
    return twin(reals, c, node, ['mode'], axes === '' ? [from.real, pads, filler] : [from.real, pads, filler, axes], from);
  };
  const moves = Object.entries(MOVES).map(([op, names]) => [op, move(names)] as const);
  return { ...Object.fromEntries(moves), Concat: concat, Pad: pad };
}
