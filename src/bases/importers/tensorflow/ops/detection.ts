import type { OpConverter, OpConverters, OpScope } from '../scope.js';

/** Boxes `[n, 4]` and scores `[n]`; the indices of those that stay, int32. */
function suppress(op: OpScope): string {
  const boxes = op.unsqueeze(op.input(0), [0]);
  const scores = op.unsqueeze(op.input(1), [0, 1]);
  const thresholds = [3, 4].filter((index) => index < op.inputCount).map((index) => op.emit('Reshape', [op.input(index), op.ints([1])]));
  const selected = op.emit('NonMaxSuppression', [boxes, scores, op.vector(2), ...thresholds]);
  const column = op.emit('Slice', [selected, op.ints([2]), op.ints([3]), op.ints([1])]);
  return op.cast(op.squeeze(column, [1]), 'int32');
}

/** Outputs: indices, their scores, how many there are. */
const withScores: OpConverter = (op) => {
  if (op.flag('pad_to_max_output_size')) op.refuse('it pads its result');
  const [sigma = 0] = op.inputCount > 5 ? op.numbers(5, 'sigma') : [0];
  if (sigma !== 0) op.refuse(`it lowers scores (soft_nms_sigma = ${sigma}) instead of dropping boxes`);
  const indices = suppress(op);
  const count = op.emit('Squeeze', [op.emit('Shape', [indices])]);
  return [indices, op.emit('Gather', [op.input(1), indices]), op.cast(count, 'int32')];
};

export const detectionOps: OpConverters = {
  NonMaxSuppressionV2: suppress,
  NonMaxSuppressionV3: suppress,
  NonMaxSuppressionV5: withScores,
};
