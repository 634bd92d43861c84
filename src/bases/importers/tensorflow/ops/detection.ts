import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** Boxes `[n, 4]` and scores `[n]`; the indices of those that stay, int32. */
function suppress(op: OpScope, thresholds: readonly string[]): string {
  const boxes = op.unsqueeze(op.input(0), [0]);
  const scores = op.unsqueeze(op.input(1), [0, 1]);
  const vectors = thresholds.map((threshold) => op.emit('Reshape', [threshold, op.ints([1])]));
  const selected = op.emit('NonMaxSuppression', [boxes, scores, op.vector(2, 1), ...vectors]);
  const column = op.emit('Slice', [selected, op.ints([2]), op.ints([3]), op.ints([1])]);
  return op.cast(op.squeeze(column, [1]), 'int32');
}

/** Thresholds are inputs from 3 on. */
function plain(op: OpScope): string {
  return suppress(op, op.inputs(3, 5));
}

function countOf(op: OpScope, indices: string): string {
  return op.cast(op.emit('Squeeze', [op.emit('Shape', [indices])]), 'int32');
}

/** With zeros behind, as many as may stay at most; where the op asks for it. */
function filled(op: OpScope, values: string): string {
  if (!op.flag('pad_to_max_output_size')) return values;
  const missing = op.emit('Sub', [op.vector(2, 1), op.emit('Shape', [values])]);
  return op.emit('Pad', [values, op.emit('Concat', [op.ints([0]), missing], { axis: 0 })], { mode: 'constant' });
}

/** Outputs: indices, how many there are. */
const counted: OpConverter = (op) => {
  const indices = plain(op);
  return [filled(op, indices), countOf(op, indices)];
};

/** Outputs: indices, their scores, how many there are. */
const withScores: OpConverter = (op) => {
  const [sigma = 0] = op.inputCount > 5 ? op.numbers(5, 'sigma') : [0];
  if (sigma !== 0) op.refuse(`it lowers scores (soft_nms_sigma = ${sigma}) instead of dropping boxes`);
  const indices = plain(op);
  return [filled(op, indices), filled(op, op.emit('Gather', [op.input(1), indices])), countOf(op, indices)];
};

export const detectionOps: OpConverters = {
  NonMaxSuppression: (op) => suppress(op, [op.scalar(op.float('iou_threshold', 0.5))]),
  NonMaxSuppressionV2: plain,
  NonMaxSuppressionV3: plain,
  NonMaxSuppressionV4: counted,
  NonMaxSuppressionV5: withScores,
};
