import { describe } from 'vitest';
import type { StandardOp } from '../../src/engine/graph/index.js';
import { erf } from './erf.js';
import { float, gradient } from './harness.js';

const SHAPES = [[2, 3], [], [1, 1], [0, 2]];

interface Row {
  readonly op: StandardOp;
  readonly formula?: (x: number) => number;
  readonly low?: number;
  readonly high?: number;
  readonly attributes?: Readonly<Record<string, number | string>>;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));
const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
const tanhGelu = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const ROWS: readonly Row[] = [
  { op: 'Acos', formula: Math.acos, low: -0.9, high: 0.9 },
  { op: 'Acosh', formula: Math.acosh, low: 1.2, high: 3 },
  { op: 'Asin', formula: Math.asin, low: -0.9, high: 0.9 },
  { op: 'Asinh', formula: Math.asinh },
  { op: 'Atan', formula: Math.atan },
  { op: 'Atanh', formula: Math.atanh, low: -0.9, high: 0.9 },
  { op: 'Cos', formula: Math.cos },
  { op: 'Cosh', formula: Math.cosh },
  { op: 'Erf', formula: erf },
  { op: 'Exp', formula: Math.exp },
  { op: 'Log', formula: Math.log, low: 0.2, high: 3 },
  { op: 'Sin', formula: Math.sin },
  { op: 'Sinh', formula: Math.sinh },
  { op: 'Tan', formula: Math.tan, low: -1.2, high: 1.2 },
  { op: 'Tanh', formula: Math.tanh },
  { op: 'Celu', formula: (x) => Math.max(0, x) + Math.min(0, Math.expm1(x)) },
  { op: 'Celu', formula: (x) => Math.max(0, x) + Math.min(0, 1.5 * Math.expm1(x / 1.5)), attributes: { alpha: 1.5 } },
  { op: 'Elu', formula: (x) => (x > 0 ? x : Math.expm1(x)) },
  { op: 'Elu', formula: (x) => (x > 0 ? x : 0.75 * Math.expm1(x)), attributes: { alpha: 0.75 } },
  { op: 'Gelu', formula: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)) },
  { op: 'Gelu', formula: tanhGelu, attributes: { approximate: 'tanh' } },
  { op: 'HardSigmoid', formula: (x) => clamp(0.2 * x + 0.5, 0, 1), low: -5, high: 5 },
  { op: 'HardSigmoid', formula: (x) => clamp(0.5 * x + 0.25, 0, 1), attributes: { alpha: 0.5, beta: 0.25 } },
  { op: 'HardSwish', formula: (x) => x * clamp(x / 6 + 0.5, 0, 1), low: -6, high: 6 },
  { op: 'LeakyRelu', formula: (x) => (x > 0 ? x : Math.fround(0.01) * x) },
  { op: 'LeakyRelu', formula: (x) => (x > 0 ? x : -0.5 * x), attributes: { alpha: -0.5 } },
  { op: 'Mish', formula: (x) => x * Math.tanh(softplus(x)), low: -6, high: 6 },
  { op: 'Mish', formula: (x) => x * Math.tanh(softplus(x)), low: 20, high: 100 },
  { op: 'Relu', formula: (x) => Math.max(0, x) },
  { op: 'Selu', formula: (x) => Math.fround(1.0507009873554805) * (x > 0 ? x : Math.fround(1.6732632423543772) * Math.expm1(x)) },
  { op: 'Selu', formula: (x) => 1.5 * (x > 0 ? x : 0.5 * Math.expm1(x)), attributes: { alpha: 0.5, gamma: 1.5 } },
  { op: 'Shrink', formula: (x) => (x < -0.5 ? x : x > 0.5 ? x : 0) },
  { op: 'Shrink', formula: (x) => (x < -1 ? x + 0.25 : x > 1 ? x - 0.25 : 0), attributes: { lambd: 1, bias: 0.25 } },
  { op: 'Sigmoid', formula: sigmoid },
  { op: 'Softplus', formula: softplus },
  { op: 'Softsign', formula: (x) => x / (1 + Math.abs(x)) },
  { op: 'Softsign', formula: (x) => x / (1 + Math.abs(x)), low: 1000, high: 2000 },
  { op: 'ThresholdedRelu', formula: (x) => (x > 1 ? x : 0) },
  { op: 'ThresholdedRelu', formula: (x) => (x > -0.5 ? x : 0), attributes: { alpha: -0.5 } },
];

describe('element-wise functions', () => {
  for (const { op, formula, low = -3, high = 3, attributes = {} } of ROWS) {
    for (const dims of SHAPES) {
      const inputs = [float(dims, low, high)];
      gradient({ op, name: `${low}…${high}`, inputs, attributes, ...(formula && { formula }) });
    }
  }
});

describe('PRelu', () => {
  for (const [x, slope] of [
    [
      [2, 3, 4],
      [3, 1],
    ],
    [[2, 3], [1]],
    [[2, 3], []],
    [[3], [3]],
    [[0, 3], [3]],
  ] as const) {
    gradient({ op: 'PRelu', inputs: [float(x), float(slope)], formula: (a, s) => (a > 0 ? a : s * a) });
  }
});

describe('Clip', () => {
  gradient({ op: 'Clip', inputs: [float([4, 5])] });
  gradient({ op: 'Clip', inputs: [float([4, 5]), float([], -1, -0.5)] });
  gradient({ op: 'Clip', inputs: [float([4, 5]), undefined, float([], 0.5, 1)] });
  gradient({ op: 'Clip', inputs: [float([4, 5]), float([], -1, -0.5), float([], 0.5, 1)] });
  gradient({ op: 'Clip', inputs: [float([0]), float([]), float([])] });
});
