import { fromNumbers, toNumbers } from '../../../../core/index.js';
import {
  type AttributeValue,
  attribute,
  type Convert,
  type ConvertContext,
  elementTypeNumber,
  type Node,
  type StandardOp,
} from '../../../../engine/graph/index.js';
import { become, define, type Expansions, number, pick } from '../fused/write.js';
import { unquantisedName } from './names.js';
import type { Operand, Realising } from './realise.js';
import { dequantised, fits } from './tensors.js';

/** The same operator on real numbers. */
interface Plain {
  readonly op: StandardOp;
  readonly inputs: readonly string[];
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

const WINDOW = ['auto_pad', 'ceil_mode', 'count_include_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'];

function operandAt(node: Node, index: number, axis = 1): Operand {
  const [value = '', scale = '', zero = ''] = node.inputs.slice(index, index + 3);
  return { value, scale, zero, axis };
}

/** Operators that compute with quantised values (QOperator format), on real numbers. */
export function quantisedOperators(reals: Realising): Expansions {
  /** Adds the plain operator; the quantised one stays and is dropped where nothing needs it. */
  const row =
    (plain: (node: Node, c: ConvertContext) => Plain, output: number): Convert =>
    (node, c) => {
      if (attribute.int(node, 'channels_last', 0) !== 0) c.refuse(node, 'its channels come last');
      const [quantised = ''] = node.outputs;
      const { op, inputs, values } = plain(node, c);
      const real = c.fresh(unquantisedName(quantised));
      define(c, real, op, inputs, values);
      reals.quantise(c, quantised, real, node.inputs[output] ?? '', node.inputs[output + 1] ?? '');
      return node;
    };
  const at = (node: Node, c: ConvertContext, index: number, axis?: number): string => reals.real(c, operandAt(node, index, axis));
  const unary = (op: StandardOp, ...names: readonly string[]): Convert =>
    row((node, c) => ({ op, inputs: [at(node, c, 0)], values: pick(node, ...names) }), 3);
  const binary = (op: StandardOp): Convert => row((node, c) => ({ op, inputs: [at(node, c, 0), at(node, c, 3, -1)] }), 6);
  const gemm = (node: Node, c: ConvertContext): Plain => {
    const columns = attribute.int(node, 'transB', 0) === 0 ? 1 : 0;
    const bias = biasOf(reals, node, c, 6, [1, 4], attribute.float(node, 'alpha', 1));
    return { op: 'Gemm', inputs: [at(node, c, 0), at(node, c, 3, columns), ...bias], values: pick(node, 'alpha', 'transA', 'transB') };
  };
  const quantisedGemm = row(gemm, 7);
  return {
    QGemm: (node, c) => {
      if (node.inputs[7]) return quantisedGemm(node, c);
      const { op, inputs, values } = gemm(node, c);
      return become(node, op, inputs, values);
    },
    QLinearAdd: binary('Add'),
    QLinearAveragePool: unary('AveragePool', ...WINDOW),
    QLinearConcat: row((node, c) => {
      const parts = node.inputs.slice(2).flatMap((_, index) => (index % 3 === 0 ? [at(node, c, index + 2)] : []));
      return { op: 'Concat', inputs: parts, values: pick(node, 'axis') };
    }, 0),
    QLinearConv: row((node, c) => {
      const inputs = [at(node, c, 0), at(node, c, 3, 0), ...biasOf(reals, node, c, 8, [1, 4])];
      return { op: 'Conv', inputs, values: pick(node, ...WINDOW) };
    }, 6),
    QLinearGlobalAveragePool: unary('GlobalAveragePool'),
    QLinearLeakyRelu: unary('LeakyRelu', 'alpha'),
    QLinearMatMul: binary('MatMul'),
    QLinearMul: binary('Mul'),
    QLinearReduceMean: row((node, c) => {
      const axes = attribute.ints(node, 'axes');
      return { op: 'ReduceMean', inputs: [at(node, c, 0), ...(axes ? [c.ints(axes)] : [])], values: pick(node, 'keepdims') };
    }, 3),
    QLinearSigmoid: unary('Sigmoid'),
    QLinearSoftmax: row((node, c) => softmax(node, c, at(node, c, 0)), 3),
    QLinearWhere: row((node, c) => ({ op: 'Where', inputs: [node.inputs[0] ?? '', at(node, c, 1), at(node, c, 4)] }), 7),
  };
}

/** Before opset 13 over all dimensions from `axis` on. */
function softmax(node: Node, c: ConvertContext, x: string): Plain {
  const old = attribute.int(node, 'opset', 13) < 13;
  const axis = attribute.int(node, 'axis', old ? 1 : -1);
  if (!old || axis === -1 || axis + 1 === c.dimsOf(x)?.length) return { op: 'Softmax', inputs: [x], values: { axis } };
  const flat = c.add('Softmax', [c.add('Flatten', [x], { axis })], { axis: 1 });
  return { op: 'Reshape', inputs: [flat, c.add('Shape', [x])], values: { allowzero: 1 } };
}

/** The bias at `index`, int32, whose scale is the product of the scales of the operands. */
function biasOf(reals: Realising, node: Node, c: ConvertContext, index: number, scales: readonly [number, number], factor = 1): readonly string[] {
  const bias = node.inputs[index] ?? '';
  if (bias === '') return [];
  const [left = '', right = ''] = scales.map((at) => node.inputs[at] ?? '');
  const [a, b, stored] = [left, right, bias].map((name) => c.constantOf(name));
  if (!a || !b || !stored) {
    const scale = c.add('Mul', [c.add('Mul', [left, right]), number(c, factor, left)]);
    return [c.add('Mul', [c.add('Cast', [bias], { to: elementTypeNumber('float32') }), scale])];
  }
  const [step = 1] = toNumbers(a);
  const scale = fromNumbers(
    'float32',
    b.dims,
    toNumbers(b).map((other) => Math.fround(step * other) * factor),
  );
  if (!fits(stored, { scale, axis: 0 })) return c.refuse(node, 'its bias has another size than its scales');
  return [reals.weight(c, bias, [bias, left, right].join('\0'), () => dequantised(stored, { scale, axis: 0 }))];
}
