import { dropPath } from './efficientnet.js';
import { activate, add, batchNorm, classifierWithDropout, conv, depthwise, rescale } from './layers.js';
import type { Value } from './network.js';
import { squeezeAndExcite } from './scaling.js';
import type { Application, Applications, Design } from './types.js';

/** Whether expansion and depthwise convolution are one, number of blocks, filters, how much wider a block is inside, stride of the first. */
type Stage = readonly [fused: boolean, count: number, filters: number, expansion: number, strides: number];

const B: readonly Stage[] = [
  [true, 1, 16, 1, 1],
  [true, 2, 32, 4, 2],
  [true, 2, 48, 4, 2],
  [false, 3, 96, 4, 2],
  [false, 5, 112, 6, 1],
  [false, 8, 192, 6, 2],
];
const S: readonly Stage[] = [
  [true, 2, 24, 1, 1],
  [true, 4, 48, 4, 2],
  [true, 4, 64, 4, 2],
  [false, 6, 128, 4, 2],
  [false, 9, 160, 6, 1],
  [false, 15, 256, 6, 2],
];
const M: readonly Stage[] = [
  [true, 3, 24, 1, 1],
  [true, 5, 48, 4, 2],
  [true, 5, 80, 4, 2],
  [false, 7, 160, 4, 2],
  [false, 14, 176, 6, 1],
  [false, 18, 304, 6, 2],
  [false, 5, 512, 6, 1],
];
const L: readonly Stage[] = [
  [true, 4, 32, 1, 1],
  [true, 7, 64, 4, 2],
  [true, 7, 96, 4, 2],
  [false, 10, 192, 4, 2],
  [false, 19, 224, 6, 1],
  [false, 25, 384, 6, 2],
  [false, 7, 640, 6, 1],
];

/** To the nearest multiple of 8; unlike the first version, by any share. */
function rounded(width: number): number {
  return Math.max(8, 8 * Math.floor((width + 4) / 8));
}

function swished(x: Value, norm: string, name: string): Value {
  return activate(batchNorm(x, { name: norm }), 'swish', name);
}

interface Block {
  readonly filters: number;
  readonly expansion: number;
  readonly strides: number;
  readonly name: string;
}

function inverted(x: Value, { filters, expansion, strides, name }: Block): Value {
  let y = conv(x, x.channels * expansion, 1, { padding: 'same', bias: false, name: `${name}expand_conv` });
  y = swished(y, `${name}expand_bn`, `${name}expand_activation`);
  y = depthwise(y, 3, { strides, padding: 'same', name: `${name}dwconv2` });
  y = swished(y, `${name}bn`, `${name}activation`);
  y = squeezeAndExcite(y, Math.max(1, Math.trunc(x.channels / 4)), `${name}se_`);
  y = conv(y, filters, 1, { padding: 'same', bias: false, name: `${name}project_conv` });
  return batchNorm(y, { name: `${name}project_bn` });
}

function fused(x: Value, { filters, expansion, strides, name }: Block): Value {
  if (expansion === 1) {
    const y = conv(x, filters, 3, { strides, padding: 'same', bias: false, name: `${name}project_conv` });
    return swished(y, `${name}project_bn`, `${name}project_activation`);
  }
  let y = conv(x, x.channels * expansion, 3, { strides, padding: 'same', bias: false, name: `${name}expand_conv` });
  y = swished(y, `${name}expand_bn`, `${name}expand_activation`);
  y = conv(y, filters, 1, { padding: 'same', bias: false, name: `${name}project_conv` });
  return batchNorm(y, { name: `${name}project_bn` });
}

function stages(x: Value, all: readonly Stage[], width: number, depth: number): Value {
  let y = x;
  for (const [i, [isFused, count, filters, expansion, stride]] of all.entries()) {
    for (let j = 0; j < Math.ceil(count * depth); j++) {
      const block = {
        filters: rounded(filters * width),
        expansion,
        strides: j === 0 ? stride : 1,
        name: `block${i + 1}${String.fromCharCode(97 + j)}_`,
      };
      const inner = (isFused ? fused : inverted)(y, block);
      const isAdded = block.strides === 1 && y.channels === block.filters;
      const dropped = isAdded && (i > 0 || j > 0) ? dropPath(inner, `${block.name}drop`) : inner;
      y = isAdded ? add(dropped, y, `${block.name}add`) : inner;
    }
  }
  return y;
}

/** The small ones take ImageNet's statistics off, the large ones bring the pixels near to [-1, 1]. */
function prepared(image: Value, all: readonly Stage[]): Value {
  if (all !== B) return rescale(image, 1 / 128, -1);
  const config = { axis: 3, mean: [0.485, 0.456, 0.406], variance: [0.229 ** 2, 0.224 ** 2, 0.225 ** 2] };
  return image.net.add({ type: 'Normalization', inputs: [rescale(image, 1 / 255)], config });
}

/** Source: Tan and Le, "EfficientNetV2: smaller models and faster training", ICML 2021. */
const efficientNetV2 =
  (all: readonly Stage[], width: number, depth: number): Design =>
  (image, classes) => {
    const first = all === B || all === L ? 32 : 24;
    let x = conv(prepared(image, all), rounded(first * width), 3, { strides: 2, padding: 'same', bias: false, name: 'stem_conv' });
    x = stages(swished(x, 'stem_bn', 'stem_activation'), all, width, depth);
    x = conv(x, rounded(1280 * width), 1, { padding: 'same', bias: false, name: 'top_conv' });
    x = swished(x, 'top_bn', 'top_activation');
    return classes === undefined ? x : classifierWithDropout(x, classes);
  };

function scaled(size: number, all: readonly Stage[], width = 1, depth = 1): Application {
  return { size, preparation: 'none', designs: [efficientNetV2(all, width, depth)] };
}

export const efficientNetV2s: Applications = {
  EfficientNetV2B0: scaled(224, B),
  EfficientNetV2B1: scaled(240, B, 1, 1.1),
  EfficientNetV2B2: scaled(260, B, 1.1, 1.2),
  EfficientNetV2B3: scaled(300, B, 1.2, 1.4),
  EfficientNetV2S: scaled(384, S),
  EfficientNetV2M: scaled(480, M),
  EfficientNetV2L: scaled(480, L),
};
