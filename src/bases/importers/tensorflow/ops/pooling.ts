import type { StandardOp } from '../../../../engine/graph/index.js';
import type { OpConverter, OpConverters } from '../scope.js';
import { channelsFirst, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** TensorFlow leaves padding out of averages, as ONNX does by default. */
function pool(target: StandardOp): OpConverter {
  return (op) => {
    const layout = layoutOf(op);
    const kernel_shape = spatialOnly(op, layout, op.intList('ksize'), 'ksize');
    const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
    return channelsFirst(op, layout, op.input(0), (x) => op.emit(target, [x], { kernel_shape, strides, ...paddingOf(op, layout) }));
  };
}

export const poolingOps: OpConverters = {
  AvgPool: pool('AveragePool'),
  AvgPool3D: pool('AveragePool'),
  MaxPool: pool('MaxPool'),
  MaxPool3D: pool('MaxPool'),
};
