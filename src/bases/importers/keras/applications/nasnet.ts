import {
  activate,
  add,
  averagePool,
  batchNorm,
  concatenate,
  conv,
  dense,
  globalAverage,
  maxPool,
  padForStride2,
  separable,
  zeroPad,
} from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

/** A separable convolution in two steps, each behind a ReLU. The first one may halve the image. */
function separated(x: Value, kernel: number, id: string, filters: number, strides = 1): Value {
  let y = activate(x, 'relu');
  if (strides === 2) y = padForStride2(y, kernel, `separable_conv_1_pad_${id}`);
  y = separable(y, filters, kernel, { strides, padding: strides === 2 ? 'valid' : 'same', name: `separable_conv_1_${id}` });
  y = activate(batchNorm(y, { name: `separable_conv_1_bn_${id}` }), 'relu');
  y = separable(y, filters, kernel, { padding: 'same', name: `separable_conv_2_${id}` });
  return batchNorm(y, { name: `separable_conv_2_bn_${id}` });
}

function pointwise(x: Value, filters: number, name: string): Value {
  return conv(x, filters, 1, { padding: 'same', bias: false, name });
}

/** The output of the cell before the last one, brought to the size and width of this cell. */
function adjusted(before: Value | undefined, x: Value, filters: number, id: string): Value {
  if (!before) return x;
  if (before.size[1] !== x.size[1]) return halved(before, filters, id);
  if (before.channels === filters) return before;
  return batchNorm(pointwise(activate(before, 'relu'), filters, `adjust_conv_projection_${id}`), { name: `adjust_bn_${id}` });
}

/** Half the image: its even pixels beside its odd ones. */
function halved(before: Value, filters: number, id: string): Value {
  const y = activate(before, 'relu', `adjust_relu_1_${id}`);
  const half = filters / 2;
  const even = pointwise(averagePool(y, 1, { strides: 2, name: `adjust_avg_pool_1_${id}` }), half, `adjust_conv_1_${id}`);
  const shifted = cropFirst(zeroPad(y, [corner, corner]));
  const odd = pointwise(averagePool(shifted, 1, { strides: 2, name: `adjust_avg_pool_2_${id}` }), half, `adjust_conv_2_${id}`);
  return batchNorm(concatenate([even, odd]), { name: `adjust_bn_${id}` });
}

const corner = [0, 1] as const;

function cropFirst(x: Value): Value {
  const size = x.size.map((side) => side - 1);
  const config = {
    cropping: [
      [1, 0],
      [1, 0],
    ],
  };
  return x.net.add({ type: 'Cropping2D', inputs: [x], config, shape: { size } });
}

function smooth(x: Value, name: string): Value {
  return averagePool(x, 3, { strides: 1, padding: 'same', name });
}

/** A cell that keeps the image's size. */
function normalCell(x: Value, before: Value | undefined, filters: number, id: string): Value {
  const p = adjusted(before, x, filters, id);
  const h = batchNorm(pointwise(activate(x, 'relu'), filters, `normal_conv_1_${id}`), { name: `normal_bn_1_${id}` });
  const first = add(separated(h, 5, `normal_left1_${id}`, filters), separated(p, 3, `normal_right1_${id}`, filters), `normal_add_1_${id}`);
  const second = add(separated(p, 5, `normal_left2_${id}`, filters), separated(p, 3, `normal_right2_${id}`, filters), `normal_add_2_${id}`);
  const third = add(smooth(h, `normal_left3_${id}`), p, `normal_add_3_${id}`);
  const fourth = add(smooth(p, `normal_left4_${id}`), smooth(p, `normal_right4_${id}`), `normal_add_4_${id}`);
  const fifth = add(separated(h, 3, `normal_left5_${id}`, filters), h, `normal_add_5_${id}`);
  return concatenate([p, first, second, third, fourth, fifth], `normal_concat_${id}`);
}

/** A cell that halves the image. */
function reductionCell(x: Value, before: Value | undefined, filters: number, id: string): Value {
  const p = adjusted(before, x, filters, id);
  const h = batchNorm(pointwise(activate(x, 'relu'), filters, `reduction_conv_1_${id}`), { name: `reduction_bn_1_${id}` });
  const padded = padForStride2(h, 3, `reduction_pad_1_${id}`);
  const sum = (a: Value, kernel: number, side: string, name: string): Value =>
    add(a, separated(p, kernel, `${side}_${id}`, filters, 2), `${name}_${id}`);
  const first = sum(separated(h, 5, `reduction_left1_${id}`, filters, 2), 7, 'reduction_right1', 'reduction_add_1');
  const second = sum(maxPool(padded, 3, { strides: 2, name: `reduction_left2_${id}` }), 7, 'reduction_right2', 'reduction_add_2');
  const third = sum(averagePool(padded, 3, { strides: 2, name: `reduction_left3_${id}` }), 5, 'reduction_right3', 'reduction_add3');
  const fourth = add(second, smooth(first, `reduction_left4_${id}`));
  const pooled = separated(first, 3, `reduction_left4_${id}`, filters);
  const fifth = add(pooled, maxPool(padded, 3, { strides: 2, name: `reduction_right5_${id}` }), `reduction_add4_${id}`);
  return concatenate([second, third, fourth, fifth], `reduction_concat_${id}`);
}

interface Scale {
  /** Normal cells in each of the three stages. */
  readonly cells: number;
  /** Filters of the stem and of the first stage's cells. */
  readonly stem: number;
  readonly filters: number;
  /** Whether a stage's first cell sees what came before the reduction too, instead of what the reduction saw. */
  readonly skips: boolean;
}

/** Source: Zoph et al., "Learning transferable architectures for scalable image recognition", CVPR 2018. */
const nasnet =
  ({ cells, stem, filters, skips }: Scale): Design =>
  (image, classes) => {
    let before: Value | undefined;
    let x = batchNorm(conv(image, stem, 3, { strides: 2, bias: false, name: 'stem_conv1' }), { name: 'stem_bn1' });
    for (const [i, share] of [4, 2].entries()) [x, before] = [reductionCell(x, before, filters / share, `stem_${i + 1}`), x];
    for (let stage = 0; stage < 3; stage++) {
      const width = filters * 2 ** stage;
      if (stage > 0) {
        const reduced: Value = reductionCell(x, before, width, `reduce_${stage * cells}`);
        if (!skips) before = x;
        x = reduced;
      }
      for (let i = 0; i < cells; i++) [x, before] = [normalCell(x, before, width, `${stage * cells + i + Math.min(stage, 1)}`), x];
    }
    x = activate(x, 'relu');
    return classes === undefined ? x : dense(globalAverage(x), classes, { activation: 'softmax', name: 'predictions' });
  };

export const nasnets: Applications = {
  NASNetMobile: { size: 224, preparation: 'tf', designs: [nasnet({ cells: 4, stem: 32, filters: 44, skips: false })] },
  NASNetLarge: { size: 331, preparation: 'tf', designs: [nasnet({ cells: 6, stem: 96, filters: 168, skips: true })] },
};
