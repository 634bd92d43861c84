import type { StandardOp } from '../../../../engine/graph/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** Ops that both sides define alike, by TensorFlow's name. */
const ALIKE = {
  Abs: 'Abs',
  Acos: 'Acos',
  Acosh: 'Acosh',
  Asin: 'Asin',
  Asinh: 'Asinh',
  Atan: 'Atan',
  Atanh: 'Atanh',
  BitwiseAnd: 'BitwiseAnd',
  BitwiseOr: 'BitwiseOr',
  BitwiseXor: 'BitwiseXor',
  Ceil: 'Ceil',
  Cos: 'Cos',
  Cosh: 'Cosh',
  Div: 'Div',
  Elu: 'Elu',
  Equal: 'Equal',
  Erf: 'Erf',
  Exp: 'Exp',
  Floor: 'Floor',
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Invert: 'BitwiseNot',
  IsInf: 'IsInf',
  IsNan: 'IsNaN',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Log: 'Log',
  LogicalAnd: 'And',
  LogicalNot: 'Not',
  LogicalOr: 'Or',
  Maximum: 'Max',
  Minimum: 'Min',
  Mul: 'Mul',
  Neg: 'Neg',
  RealDiv: 'Div',
  Reciprocal: 'Reciprocal',
  Inv: 'Reciprocal',
  Relu: 'Relu',
  Rint: 'Round',
  Round: 'Round',
  Selu: 'Selu',
  Sigmoid: 'Sigmoid',
  Sign: 'Sign',
  Sin: 'Sin',
  Sinh: 'Sinh',
  Softplus: 'Softplus',
  Softsign: 'Softsign',
  Sqrt: 'Sqrt',
  Sub: 'Sub',
  Tan: 'Tan',
  Tanh: 'Tanh',
  TruncateDiv: 'Div',
} satisfies Readonly<Record<string, StandardOp>>;

function alike(target: StandardOp): OpConverter {
  return (op) => op.emit(target, op.inputs());
}

/** Ops whose value is that of their first input when a trained model runs. */
const PASSED_ON = [
  'Identity',
  'StopGradient',
  'PreventGradient',
  'Snapshot',
  'CheckNumerics',
  'EnsureShape',
  'PlaceholderWithDefault',
  'ReadVariableOp',
];

/** x − floor(x / y)·y, with the sign of y. */
function floorMod(op: OpScope, x: string, y: string): string {
  if (!op.type(x).startsWith('float')) return op.emit('Mod', [x, y]);
  return op.emit('Sub', [x, op.emit('Mul', [op.emit('Floor', [op.emit('Div', [x, y])]), y])]);
}

/** The quotient rounded down. Whole numbers: what is left of the dividend without the remainder divides exactly. */
const floorDiv: OpConverter = (op) => {
  const [x = '', y = ''] = op.inputs();
  if (op.type(x).startsWith('float')) return op.emit('Floor', [op.emit('Div', [x, y])]);
  return op.emit('Div', [op.emit('Sub', [x, op.emit('Mod', [x, y])]), y]);
};

/** x / y, and 0 where y is 0. */
const divNoNan: OpConverter = (op) => {
  const [x = '', y = ''] = op.inputs();
  const zero = op.scalar(0, op.type(x));
  const isZero = op.emit('Equal', [y, zero]);
  // A quotient of 1 in those places keeps infinities out of the gradient.
  const divisor = op.emit('Where', [isZero, op.scalar(1, op.type(x)), y]);
  return op.emit('Where', [isZero, zero, op.emit('Div', [x, divisor])]);
};

/** The angle of (x, y) in (−π, π]. */
const atan2: OpConverter = (op) => {
  const [y = '', x = ''] = op.inputs();
  const number = (value: number): string => op.scalar(value, op.type(x));
  const zero = number(0);
  const [left, below] = [op.emit('Less', [x, zero]), op.emit('Less', [y, zero])];
  const onAxis = op.emit('Equal', [x, zero]);
  const angle = op.emit('Atan', [op.emit('Div', [y, op.emit('Where', [onAxis, number(1), x])])]);
  const turn = op.emit('Where', [below, number(-Math.PI), number(Math.PI)]);
  const turned = op.emit('Where', [left, op.emit('Add', [angle, turn]), angle]);
  const vertical = op.emit('Mul', [op.emit('Sign', [y]), number(Math.PI / 2)]);
  return op.emit('Where', [onAxis, vertical, turned]);
};

/** ONNX Runtime sums several inputs at once where they are float. */
const sum: OpConverter = (op) => {
  const [first = '', ...rest] = op.inputs();
  if (op.type(first).startsWith('float')) return op.emit('Sum', [first, ...rest]);
  return rest.reduce((total, term) => op.emit('Add', [total, term]), first);
};

/** 0 where x is 0, whatever y is. */
function unlessZero(compute: (op: OpScope, x: string, y: string) => string): OpConverter {
  return (op) => {
    const [x = '', y = ''] = op.inputs();
    const zero = op.scalar(0, op.type(x));
    const isZero = op.emit('Equal', [x, zero]);
    // A harmless y in those places keeps infinities out of the gradient.
    return op.emit('Where', [isZero, zero, compute(op, x, op.emit('Where', [isZero, op.scalar(1, op.type(x)), y]))]);
  };
}

function one(op: OpScope): string {
  return op.scalar(1, op.type(op.input(0)));
}

const filledLike =
  (value: number): OpConverter =>
  (op) => {
    const x = op.input(0);
    return op.emit('Expand', [op.scalar(value, op.type(x)), op.emit('Shape', [x])]);
  };

export const elementwiseOps: OpConverters = {
  ...Object.fromEntries(Object.entries(ALIKE).map(([name, target]) => [name, alike(target)])),
  ...Object.fromEntries(PASSED_ON.map((name): [string, OpConverter] => [name, (op) => op.input(0)])),
  IdentityN: (op) => op.inputs(),
  AccumulateNV2: sum,
  AddN: sum,
  Atan2: atan2,
  BroadcastArgs: (op) => op.emit('Max', broadcastShapes(op)),
  Cast: (op) => op.cast(op.input(0), op.dataType('DstT', 'float32')),
  ClipByValue: (op) => op.emit('Max', [op.emit('Min', [op.input(0), op.input(2)]), op.input(1)]),
  DivNoNan: divNoNan,
  Erfc: (op) => op.emit('Sub', [one(op), op.emit('Erf', [op.input(0)])]),
  Expm1: (op) => op.emit('Sub', [op.emit('Exp', [op.input(0)]), one(op)]),
  FloorDiv: floorDiv,
  FloorMod: (op) => floorMod(op, op.input(0), op.input(1)),
  Mod: (op) => op.emit('Mod', op.inputs(), { fmod: 1 }),
  IsFinite: (op) => op.emit('Not', [op.emit('Or', [op.emit('IsNaN', [op.input(0)]), op.emit('IsInf', [op.input(0)])])]),
  LeakyRelu: (op) => op.emit('LeakyRelu', [op.input(0)], { alpha: op.float('alpha', 0.2) }),
  Log1p: (op) => op.emit('Log', [op.emit('Add', [op.input(0), one(op)])]),
  LogicalXor: (op) => op.emit('Xor', op.inputs()),
  MulNoNan: (op) => {
    const [x = '', y = ''] = op.inputs();
    const zero = op.scalar(0, op.type(x));
    return op.emit('Where', [op.emit('Equal', [y, zero]), zero, op.emit('Mul', [x, y])]);
  },
  NotEqual: (op) => op.emit('Not', [op.emit('Equal', op.inputs())]),
  OnesLike: filledLike(1),
  Prelu: (op) => op.emit('PRelu', op.inputs()),
  Pow: (op) => op.emit('Pow', op.inputs()),
  Relu6: (op) => op.emit('Clip', [op.input(0), op.scalar(0, op.type(op.input(0))), op.scalar(6, op.type(op.input(0)))]),
  Rsqrt: (op) => op.emit('Reciprocal', [op.emit('Sqrt', [op.input(0)])]),
  Select: (op) => op.emit('Where', [conditionRows(op), op.input(1), op.input(2)]),
  SelectV2: (op) => op.emit('Where', op.inputs()),
  Square: (op) => op.emit('Mul', [op.input(0), op.input(0)]),
  SquaredDifference: (op) => {
    const difference = op.emit('Sub', op.inputs());
    return op.emit('Mul', [difference, difference]);
  },
  TruncateMod: (op) => op.emit('Mod', op.inputs(), { fmod: 1 }),
  Xdivy: unlessZero((op, x, y) => op.emit('Div', [x, y])),
  Xlog1py: unlessZero((op, x, y) => op.emit('Mul', [x, op.emit('Log', [op.emit('Add', [y, one(op)])])])),
  Xlogy: unlessZero((op, x, y) => op.emit('Mul', [x, op.emit('Log', [y])])),
  ZerosLike: filledLike(0),
};

/** Both shapes, as long as the longer one. */
function broadcastShapes(op: OpScope): string[] {
  const shapes = [op.vector(0), op.vector(1)];
  const lengths = shapes.map((shape) => op.fixedSize(shape, 0) ?? op.refuse('the number of dimensions is only known when the model runs'));
  return shapes.map((shape, i) => {
    const missing = Math.max(...lengths) - (lengths[i] ?? 0);
    return op.cast(
      missing === 0 ? shape : op.emit('Concat', [op.ints(new Array<number>(missing).fill(1)), shape], { axis: 0 }),
      op.type(op.input(0)),
    );
  });
}

/** The condition of the first Select: a vector there chooses whole rows, where `SelectV2` broadcasts. */
function conditionRows(op: OpScope): string {
  const condition = op.input(0);
  if (op.needRank(condition) !== 1) return condition;
  const rank = op.needRank(op.input(1));
  if (rank < 2) return condition;
  return op.unsqueeze(
    condition,
    Array.from({ length: rank - 1 }, (_, i) => i + 1),
  );
}
