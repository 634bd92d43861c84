import type { StandardOp } from '../../../../engine/graph/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { channelsFirst, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** TensorFlow leaves padding out of averages, as ONNX does by default. */
function pool(target: StandardOp): OpConverter {
  return (op) => pooled(op, target, op.intList('ksize'), op.intList('strides'));
}

function pooled(op: OpScope, target: StandardOp, ksize: readonly number[], steps: readonly number[]): string {
  const layout = layoutOf(op);
  const kernel = spatialOnly(op, layout, ksize, 'ksize');
  const strides = spatialOnly(op, layout, steps, 'strides');
  const padding = paddingOf(op, layout, { kernel, strides, dilations: kernel.map(() => 1) }, op.input(0));
  return channelsFirst(op, layout, op.input(0), (x) => op.emit(target, [x], { kernel_shape: kernel, strides, ...padding }));
}

export const poolingOps: OpConverters = {
  AvgPool: pool('AveragePool'),
  AvgPool3D: pool('AveragePool'),
  MaxPool: pool('MaxPool'),
  MaxPool3D: pool('MaxPool'),
  MaxPoolV2: (op) => pooled(op, 'MaxPool', op.numbers(1, 'ksize'), op.numbers(2, 'strides')),
};
