import { activate, add, batchNorm, classifier, conv, maxPool, separable } from './layers.js';
import type { Value } from './network.js';
import type { Applications, Design } from './types.js';

function separated(x: Value, filters: number, name: string): Value {
  return batchNorm(separable(x, filters, 3, { padding: 'same', name }), { name: `${name}_bn` });
}

/** Two separable convolutions and half the image, beside a convolution. The first block's first convolution follows a ReLU already. */
function shrinking(x: Value, widths: readonly [number, number], block: string): Value {
  const shortcut = batchNorm(conv(x, widths[1], 1, { strides: 2, padding: 'same', bias: false }));
  const begun = block === 'block2' ? x : activate(x, 'relu', `${block}_sepconv1_act`);
  const y = activate(separated(begun, widths[0], `${block}_sepconv1`), 'relu', `${block}_sepconv2_act`);
  const pooled = maxPool(separated(y, widths[1], `${block}_sepconv2`), 3, { strides: 2, padding: 'same', name: `${block}_pool` });
  return add(pooled, shortcut);
}

function middle(x: Value, block: string): Value {
  let y = x;
  for (let i = 1; i <= 3; i++) y = separated(activate(y, 'relu', `${block}_sepconv${i}_act`), 728, `${block}_sepconv${i}`);
  return add(y, x);
}

/** Source: Chollet, "Xception: deep learning with depthwise separable convolutions", CVPR 2017. */
const xception: Design = (image, classes) => {
  let x = conv(image, 32, 3, { strides: 2, bias: false, name: 'block1_conv1' });
  x = activate(batchNorm(x, { name: 'block1_conv1_bn' }), 'relu', 'block1_conv1_act');
  x = conv(x, 64, 3, { bias: false, name: 'block1_conv2' });
  x = activate(batchNorm(x, { name: 'block1_conv2_bn' }), 'relu', 'block1_conv2_act');
  for (const [i, filters] of [128, 256, 728].entries()) x = shrinking(x, [filters, filters], `block${i + 2}`);
  for (let i = 5; i <= 12; i++) x = middle(x, `block${i}`);
  x = shrinking(x, [728, 1024], 'block13');
  for (const [i, filters] of [1536, 2048].entries()) {
    const name = `block14_sepconv${i + 1}`;
    x = activate(separated(x, filters, name), 'relu', `${name}_act`);
  }
  return classes === undefined ? x : classifier(x, classes);
};

export const xceptions: Applications = { Xception: { size: 299, preparation: 'tf', designs: [xception] } };
