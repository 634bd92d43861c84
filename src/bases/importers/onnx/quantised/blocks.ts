import { type Tensor, toNumbers } from '../../../../core/index.js';
import { attribute, type Convert, type ConvertContext, type Node } from '../../../../engine/graph/index.js';
import { become, type Expansions } from '../fused/write.js';
import type { Realising } from './realise.js';

/** Weights [rows, columns] packed in few bits, low bits first, in blocks of columns that share a scale. */
interface Packed {
  readonly rows: number;
  readonly columns: number;
  readonly block: number;
  readonly bits: number;
  readonly data: Tensor;
  /** [rows · blocks] */
  readonly scales: readonly number[];
  readonly zeros: Tensor | undefined;
  /** The block of each column where they are not in order. */
  readonly order?: readonly number[] | undefined;
}

/** Element `index` of a row of packed numbers. */
function unpacked(bytes: Tensor['data'], row: number, rowBytes: number, index: number, bits: number): number {
  const bit = index * bits;
  return (Number(bytes[row * rowBytes + (bit >> 3)]) >> (bit & 7)) & ((1 << bits) - 1);
}

/** The weights as real numbers, element (row, column) where `at` says. */
function unpack(packed: Packed, at: (row: number, column: number) => number): Float32Array {
  const { rows, columns, block, bits, data, scales, zeros, order } = packed;
  const blocks = scales.length / rows;
  const [rowBytes, zeroBytes] = [data.data.length / rows, Math.ceil((blocks * bits) / 8)];
  const reals = zeros && zeros.type !== 'uint8' ? toNumbers(zeros) : undefined;
  const zeroOf = (row: number, group: number): number => {
    if (reals) return reals[row * blocks + group] ?? 0;
    return zeros ? unpacked(zeros.data, row, zeroBytes, group, bits) : 2 ** (bits - 1);
  };
  const values = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const group = order?.[column] ?? Math.floor(column / block);
      const level = unpacked(data.data, row, rowBytes, column, bits) - zeroOf(row, group);
      values[at(row, column)] = level * (scales[row * blocks + group] as number);
    }
  }
  return values;
}

/** Refuses sizes that the data does not have, before anything of these sizes is made. */
function check(node: Node, c: ConvertContext, { rows, columns, bits, block, data, scales, zeros, order }: Packed): void {
  if (![2, 4, 8].includes(bits)) c.refuse(node, `its weights have ${bits} bits`);
  const blocks = scales.length / rows;
  const hasWeights =
    data.type === 'uint8' &&
    Math.min(rows, columns, block) > 0 &&
    Number.isInteger(data.data.length / rows) &&
    (data.data.length / rows) * 8 >= columns * bits;
  const hasScales =
    Number.isInteger(blocks) && (order ? order.length === columns && order.every((group) => group < blocks) : blocks * block >= columns);
  const hasZeros = !zeros || zeros.data.length === (zeros.type === 'uint8' ? rows * Math.ceil((blocks * bits) / 8) : scales.length);
  if (!hasWeights || !hasScales || !hasZeros) c.refuse(node, `its weights are not ${rows} × ${columns} with scales for blocks of ${block}`);
}

function constant(node: Node, c: ConvertContext, index: number): Tensor {
  return c.constantOf(node.inputs[index] ?? '') ?? c.refuse(node, `its input ${index} is not constant`);
}

/** Operators whose weights are quantised in blocks. */
export function blockQuantised(reals: Realising): Expansions {
  const matMul: Convert = (node, c) => {
    const [a = '', weight = '', , , , bias = ''] = node.inputs;
    const [rows, columns] = [attribute.int(node, 'N', 0), attribute.int(node, 'K', 0)];
    if (attribute.int(node, 'weight_prepacked', 0) !== 0) c.refuse(node, 'its weights are laid out for one processor');
    const [data, scales] = [constant(node, c, 1), constant(node, c, 2)];
    const order = node.inputs[4] ? toNumbers(constant(node, c, 4)) : undefined;
    const zeros = c.constantOf(node.inputs[3] ?? '');
    const [block, bits] = [attribute.int(node, 'block_size', 32), attribute.int(node, 'bits', 4)];
    const packed = { rows, columns, block, bits, data, scales: toNumbers(scales), zeros, order };
    check(node, c, packed);
    const real = reals.weight(c, weight, weight, () => ({
      type: 'float32',
      dims: [columns, rows],
      data: unpack(packed, (row, column) => column * rows + row),
    }));
    return bias === '' ? become(node, 'MatMul', [a, real]) : become(node, 'Add', [c.add('MatMul', [a, real]), bias]);
  };
  const gather: Convert = (node, c) => {
    const [table = '', indices = ''] = node.inputs;
    const [data, scales] = [constant(node, c, 0), constant(node, c, 2)];
    const bits = attribute.int(node, 'bits', 4);
    const [rows = 1, width = 1] = data.dims;
    const isLast = [1, -1].includes(attribute.int(node, 'quantize_axis', 1));
    if (data.type !== 'uint8' || data.dims.length !== 2 || !isLast || attribute.int(node, 'gather_axis', 0) !== 0)
      c.refuse(node, 'it is not a table [rows, columns] of packed bytes in blocks of columns');
    const columns = (width * 8) / bits;
    const zeros = c.constantOf(node.inputs[3] ?? '');
    const packed = { rows, columns, block: attribute.int(node, 'block_size', 128), bits, data, scales: toNumbers(scales), zeros };
    check(node, c, packed);
    const real = reals.weight(c, table, table, () => ({
      type: 'float32',
      dims: [rows, columns],
      data: unpack(packed, (row, column) => row * columns + column),
    }));
    return become(node, 'Gather', [real, indices], { axis: 0 });
  };
  return { GatherBlockQuantized: gather, MatMulNBits: matMul };
}
