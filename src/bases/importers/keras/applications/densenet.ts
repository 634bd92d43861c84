import { activate, averagePool, batchNorm, classifier, concatenate, conv, maxPool, zeroPad } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

/** Channels that each block adds. */
const GROWTH = 32;

function normalized(x: Value, norm: string, relu: string): Value {
  return activate(batchNorm(x, { epsilon: 1.001e-5, name: norm }), 'relu', relu);
}

function border(x: Value, width: number): Value {
  const side = [width, width] as const;
  return zeroPad(x, [side, side]);
}

function block(x: Value, name: string): Value {
  let y = normalized(x, `${name}_0_bn`, `${name}_0_relu`);
  y = conv(y, 4 * GROWTH, 1, { bias: false, name: `${name}_1_conv` });
  y = normalized(y, `${name}_1_bn`, `${name}_1_relu`);
  y = conv(y, GROWTH, 3, { padding: 'same', bias: false, name: `${name}_2_conv` });
  return concatenate([x, y], `${name}_concat`);
}

/** Half the channels, half the image. */
function transition(x: Value, name: string): Value {
  const y = conv(normalized(x, `${name}_bn`, `${name}_relu`), Math.floor(x.channels / 2), 1, { bias: false, name: `${name}_conv` });
  return averagePool(y, 2, { name: `${name}_pool` });
}

/** Source: Huang et al., "Densely connected convolutional networks", CVPR 2017. */
const densenet =
  (blocks: readonly number[]): Design =>
  (image, classes) => {
    let x = conv(border(image, 3), 64, 7, { strides: 2, bias: false, name: 'conv1_conv' });
    x = maxPool(border(normalized(x, 'conv1_bn', 'conv1_relu'), 1), 3, { strides: 2, name: 'pool1' });
    for (const [i, count] of blocks.entries()) {
      if (i > 0) x = transition(x, `pool${i + 1}`);
      for (let j = 1; j <= count; j++) x = block(x, `conv${i + 2}_block${j}`);
    }
    x = normalized(x, 'bn', 'relu');
    return classes === undefined ? x : classifier(x, classes);
  };

export const densenets: Applications = {
  DenseNet121: { size: 224, preparation: 'torch', designs: [densenet([6, 12, 24, 16])] },
  DenseNet169: { size: 224, preparation: 'torch', designs: [densenet([6, 12, 32, 32])] },
  DenseNet201: { size: 224, preparation: 'torch', designs: [densenet([6, 12, 48, 32])] },
};
