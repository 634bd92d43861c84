import type { OpScope } from '../scope.js';
import { channelsFirst } from './layout.js';

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
  /** The bias of the product, if there is one. */
  readonly parameters: readonly string[];
  /** Applies what follows to a value in the op's own layout. */
  readonly activate: (x: string) => string;
}

/** Reads the attribute `fused_ops`. @throws IMPORT_NODE for others than a bias or batch normalisation, and a known activation */
export function fusedOps(op: OpScope): Fused {
  const [first, ...rest] = op.textList('fused_ops');
  const takesInputs = first === 'BiasAdd' || first === 'FusedBatchNorm';
  const names = takesInputs || first === undefined ? rest : [first, ...rest];
  const [name, more] = names;
  const activate = name !== undefined && Object.hasOwn(activations, name) && more === undefined ? activations[name] : undefined;
  if (name !== undefined && !activate) {
    return op.refuse(
      `it has ${names.join(' and ')} fused into it; known are a bias, FusedBatchNorm and one of ${Object.keys(activations).join(', ')}`,
    );
  }
  const normalise = (x: string): string => (first === 'FusedBatchNorm' ? normalised(op, x) : x);
  return {
    parameters: first === 'BiasAdd' ? [op.input(2)] : [],
    activate: (x) => activate?.(op, normalise(x)) ?? normalise(x),
  };
}

/** Inputs from 2 on: scale, offset, mean, variance of the channels, which are last. */
function normalised(op: OpScope, x: string): string {
  if (op.text('data_format', 'NHWC') !== 'NHWC') op.refuse('it normalises images that are channels first');
  const epsilon = op.float('epsilon', 1e-4);
  return channelsFirst(op, { channelsLast: true, spatial: [1, 2] }, x, (image) =>
    op.emit('BatchNormalization', [image, ...op.inputs(2, 6)], { epsilon }),
  );
}
