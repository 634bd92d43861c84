import { type Tensor, toNumbers } from '../../../../core/index.js';
import { attribute, type Convert, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { attention } from '../fused/attention/attention.js';
import { embed } from '../fused/embedding.js';
import { become, type Expansions, pick } from '../fused/write.js';
import type { Operand, Realising } from './realise.js';
import { dequantised, fits } from './tensors.js';

/** A product of integers and the product of the scales that make real numbers of it. */
interface Scaled {
  readonly product: Node;
  readonly scales: readonly [string, string];
}

/** Mul(Cast(MatMulInteger or ConvInteger), Mul(scale, scale)), as quantisers write it. */
function scaledProduct(node: Node, c: ConvertContext): Scaled | undefined {
  for (const [left = '', right = ''] of [node.inputs, [...node.inputs].reverse()]) {
    const cast = c.producerOf(left);
    const scale = c.producerOf(right);
    const product = cast?.op === 'Cast' ? c.producerOf(cast.inputs[0] ?? '') : undefined;
    if (!product || !scale || scale.op !== 'Mul' || !['MatMulInteger', 'ConvInteger'].includes(product.op)) continue;
    return { product, scales: [scale.inputs[0] ?? '', scale.inputs[1] ?? ''] };
  }
  return undefined;
}

/** A scale of any shape with one element a column or channel, as [N]. */
function flat(c: ConvertContext, name: string): Tensor | undefined {
  const scale = c.constantOf(name);
  return scale && { ...scale, dims: scale.data.length === 1 ? [] : [scale.data.length] };
}

/** Products of activations that are quantised as they come, and of weights that are quantised for good. */
export function dynamicallyQuantised(reals: Realising): Expansions {
  const weight = (c: ConvertContext, { value, scale, zero, axis = -1 }: Operand): string | undefined => {
    const [q, s, z] = [c.constantOf(value), flat(c, scale), flat(c, zero)];
    const scaling = s && { scale: s, zero: z, axis };
    return q && scaling && fits(q, scaling) ? reals.weight(c, value, [value, scale, zero].join('\0'), () => dequantised(q, scaling)) : undefined;
  };
  const factor = (node: Node, c: ConvertContext, index: number, scales: readonly string[]): string | undefined => {
    const [value = '', zero = ''] = [node.inputs[index], node.inputs[index + 2]];
    const computed = reals.get(value);
    if (computed) return scales.includes(computed.scale) ? computed.real : undefined;
    const scale = scales.find((name) => c.constantOf(name));
    return scale === undefined ? undefined : weight(c, { value, scale, zero, axis: node.op === 'ConvInteger' ? 0 : -1 });
  };
  const scaled: Convert = (node, c) => {
    const found = scaledProduct(node, c);
    const factors = found && [0, 1].map((index) => factor(found.product, c, index, found.scales));
    if (!found || !factors?.every((name) => name !== undefined)) return node;
    const window = pick(found.product, 'auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides');
    return become(node, found.product.op === 'ConvInteger' ? 'Conv' : 'MatMul', factors, window);
  };
  return { Mul: scaled };
}

/** Operators of ONNX Runtime with quantised weights, on real numbers. */
export function quantisedLayers(reals: Realising): Expansions {
  const at = (node: Node, c: ConvertContext, value: number, scale: number, zero: number, axis = -1): string =>
    reals.real(c, { value: node.inputs[value] ?? '', scale: node.inputs[scale] ?? '', zero: node.inputs[zero] ?? '', axis });
  const biased = (node: Node, c: ConvertContext, factors: readonly string[], bias = ''): Node =>
    bias === '' ? become(node, 'MatMul', factors) : become(node, 'Add', [c.add('MatMul', factors), bias]);
  return {
    DynamicQuantizeLSTM: (node, c) => lstm(reals, node, c),
    DynamicQuantizeMatMul: (node, c) => biased(node, c, [node.inputs[0] ?? '', at(node, c, 1, 2, 3)], node.inputs[4]),
    MatMulIntegerToFloat: (node, c) => biased(node, c, [at(node, c, 0, 2, 4), at(node, c, 1, 3, 5)], node.inputs[6]),
    QAttention: (node, c) => {
      const [, , bias = '', , , mask = '', , , past = ''] = node.inputs;
      return attention({ ...node, inputs: [at(node, c, 0, 3, 6), at(node, c, 1, 4, 7), bias, mask, past] }, c);
    },
    QEmbedLayerNormalization: (node, c) => {
      const [ids = '', segments = '', , , , , , mask = ''] = node.inputs;
      const tables = [2, 3, 4, 5, 6].map((index) => (node.inputs[index] ? at(node, c, index, index + 6, index + 11) : ''));
      return embed({ ...node, inputs: [ids, segments, ...tables, mask] }, c);
    },
  };
}

/** Weights are [directions, input, 4·hidden] here, the other way round in LSTM; each direction has scales of its own. */
function lstm(reals: Realising, node: Node, c: ConvertContext): Node {
  const gates = (index: number, scaleAt: number): string => {
    const [value = '', scale = '', zero = ''] = [node.inputs[index], node.inputs[scaleAt], node.inputs[scaleAt + 1]];
    const [q, s, z] = [c.constantOf(value), c.constantOf(scale), c.constantOf(zero)];
    if (!q || !s) return c.refuse(node, 'its weights are not constant');
    return c.add('Transpose', [reals.weight(c, value, value, () => byDirection(q, s, z))], { perm: [0, 2, 1] });
  };
  const [x = '', , , ...rest] = node.inputs;
  const values = pick(node, 'activations', 'direction', 'hidden_size', 'input_forget');
  const clip = node.attributes.clip ? { clip: attribute.float(node, 'clip', 0) } : {};
  return become(node, 'LSTM', [x, gates(1, 8), gates(2, 10), ...rest.slice(0, 5)], { ...values, ...clip }, node.outputs);
}

function byDirection(weights: Tensor, scale: Tensor, zero: Tensor | undefined): Tensor {
  const [directions = 1, , columns = 1] = weights.dims;
  const [scales, zeros] = [toNumbers(scale), zero ? toNumbers(zero) : []];
  const size = weights.data.length / directions;
  const [perDirection, zerosPer] = [scales.length / directions, zeros.length / directions];
  const data = Float32Array.from({ length: weights.data.length }, (_, i) => {
    const [direction, column] = [Math.floor(i / size), i % columns];
    const origin = zeros[direction * zerosPer + (zerosPer > 1 ? column : 0)] ?? 0;
    return (Number(weights.data[i]) - origin) * (scales[direction * perDirection + (perDirection > 1 ? column : 0)] ?? 1);
  });
  return { type: 'float32', dims: weights.dims, data };
}
