import type { OpConverter, OpConverters } from '../scope.js';
import { channelsFirst, layoutOf } from './layout.js';

/** Inputs: x, scale, offset, mean, variance. */
const batchNormalization: OpConverter = (op) => {
  if (op.flag('is_training', true)) op.refuse('it normalises by the statistics of the batch; export the model for inference');
  const parameters = op.inputs(1, 5);
  const epsilon = op.float('epsilon', 1e-4);
  return channelsFirst(op, layoutOf(op), op.input(0), (x) => op.emit('BatchNormalization', [x, ...parameters], { epsilon }));
};

/** Divides by (bias + alpha·Σ x²)^beta over 2·radius + 1 channels; ONNX divides alpha by that size. */
const localResponse: OpConverter = (op) => {
  const size = 2 * op.int('depth_radius', 5) + 1;
  const values = { size, alpha: op.float('alpha', 1) * size, beta: op.float('beta', 0.5), bias: op.float('bias', 1) };
  return channelsFirst(op, { channelsLast: true, spatial: [1, 2] }, op.input(0), (x) => op.emit('LRN', [x], values));
};

/** Pixels of `[…, H, W, C]`, moved away from the mean of their channel. */
const contrast: OpConverter = (op) => {
  const x = op.input(0);
  const mean = op.emit('ReduceMean', [x, op.ints([-3, -2])], { keepdims: 1 });
  return op.emit('Add', [op.emit('Mul', [op.emit('Sub', [x, mean]), op.input(1)]), mean]);
};

export const normalizationOps: OpConverters = {
  AdjustContrastv2: contrast,
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV2: batchNormalization,
  FusedBatchNormV3: batchNormalization,
  LRN: localResponse,
  LogSoftmax: (op) => op.emit('LogSoftmax', [op.input(0)], { axis: -1 }),
  Softmax: (op) => op.emit('Softmax', [op.input(0)], { axis: -1 }),
};
