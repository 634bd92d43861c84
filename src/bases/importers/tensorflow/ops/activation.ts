import type { OpScope } from '../scope.js';

/** Activations that TensorFlow fuses into convolutions and matrix products. */
const activations: Readonly<Record<string, (op: OpScope, x: string) => string>> = {
  Elu: (op, x) => op.emit('Elu', [x]),
  LeakyRelu: (op, x) => op.emit('LeakyRelu', [x], { alpha: op.float('leakyrelu_alpha', 0.2) }),
  Prelu: (op, x) => op.emit('PRelu', [x, op.input(3)]),
  Relu: (op, x) => op.emit('Relu', [x]),
  Relu6: (op, x) => op.emit('Clip', [x, op.scalar(0), op.scalar(6)]),
  Sigmoid: (op, x) => op.emit('Sigmoid', [x]),
  Tanh: (op, x) => op.emit('Tanh', [x]),
};

/** What a fused op adds behind its product. */
export interface Fused {
  readonly hasBias: boolean;
  /** Applies the activation, if any, to a value in the op's own layout. */
  readonly activate: (x: string) => string;
}

/** Reads the attribute `fused_ops`. @throws IMPORT_NODE for others than a bias and a known activation */
export function fusedOps(op: OpScope): Fused {
  const [first, ...rest] = op.textList('fused_ops');
  const hasBias = first === 'BiasAdd';
  const names = hasBias || first === undefined ? rest : [first, ...rest];
  const [name, more] = names;
  if (name === undefined) return { hasBias, activate: (x) => x };
  const activate = Object.hasOwn(activations, name) && more === undefined ? activations[name] : undefined;
  if (!activate) return op.refuse(`it has ${names.join(' and ')} fused into it; known are a bias and one of ${Object.keys(activations).join(', ')}`);
  return { hasBias, activate: (x) => activate(op, x) };
}
