import type { DataType } from '../../../core/index.js';
import { attribute } from '../attributes.js';
import { convDims } from './conv.js';
import { elementType } from './dims.js';
import { matMulDims } from './matmul.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './rule.js';

/** The type of the zero point, else what output_dtype says, else uint8. */
function quantizedType(c: ShapeContext): DataType {
  const zeroPoint = c.optional(2);
  const stated = attribute.int(c.node, 'output_dtype', 0);
  return zeroPoint?.type ?? (stated === 0 ? 'uint8' : elementType(c.node, stated));
}

const quantizeLinear: ShapeRule = (c) => [{ type: quantizedType(c), dims: c.input(0).dims }];

const dequantizeLinear: ShapeRule = (c) => {
  const stated = attribute.int(c.node, 'output_dtype', 0);
  return [{ type: stated === 0 ? c.input(1).type : elementType(c.node, stated), dims: c.input(0).dims }];
};

/** The quantised tensor, its scale and its zero point. */
const dynamicQuantizeLinear: ShapeRule = (c) => [
  { type: 'uint8', dims: c.input(0).dims },
  { type: 'float32', dims: [] },
  { type: 'uint8', dims: [] },
];

/** Inputs: x, its scale and zero point, w, its scale and zero point, the output's scale and zero point. */
const qLinearConv: ShapeRule = (c) => [{ type: c.input(7).type, dims: convDims(c.node, c.input(0).dims, c.input(3).dims) }];

const qLinearMatMul: ShapeRule = (c) => [{ type: c.input(7).type, dims: matMulDims(c.node, c.input(0).dims, c.input(3).dims) }];

export const quantizeShapes = {
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QuantizeLinear: quantizeLinear,
} satisfies ShapeRules;
