import { fromNumbers } from '../../../../core/index.js';
import type { OpConverter, OpConverters, OpScope } from '../scope.js';
import { channelsFirst, layoutOf, paddingOf, spatialOnly } from './layout.js';

/** Elements of the largest filter that picks patches apart: an image of 3 channels in patches of 32 × 32. */
const MOST = 2 ** 24;

/** Each window of `[N, H, W, C]` as a vector of rows, columns and channels: a convolution with a filter of zeros and ones. */
const patches: OpConverter = (op) => {
  const layout = layoutOf(op);
  const kernel = spatialOnly(op, layout, op.intList('ksizes'), 'ksizes');
  const strides = spatialOnly(op, layout, op.intList('strides'), 'strides');
  const dilations = spatialOnly(op, layout, op.intList('rates'), 'rates');
  const channels = op.fixedSize(op.input(0), -1) ?? op.refuse('the number of channels is only known when the model runs');
  const padding = paddingOf(op, layout, { kernel, strides, dilations }, op.input(0));
  const filter = picking(op, kernel, channels);
  return channelsFirst(op, layout, op.input(0), (x) => op.emit('Conv', [x, filter], { kernel_shape: kernel, strides, dilations, ...padding }));
};

/** `[h·w·C, C, h, w]`: output (row, column, channel) is that element. */
function picking(op: OpScope, [height = 1, width = 1]: readonly number[], channels: number): string {
  const size = height * width * channels;
  if (!(size ** 2 <= MOST)) op.refuse(`its patches of ${size} numbers are too large`);
  const filter = new Float32Array(size ** 2);
  for (let out = 0; out < size; out++) {
    const [pixel, channel] = [Math.floor(out / channels), out % channels];
    filter[out * size + channel * height * width + pixel] = 1;
  }
  return op.constant(fromNumbers('float32', [size, channels, height, width], filter));
}

export const patchOps: OpConverters = { ExtractImagePatches: patches };
