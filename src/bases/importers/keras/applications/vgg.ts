import { conv, dense, flatten, maxPool } from './layers.js';
import type { Applications, Design } from './types.js';

/**
 * VGG: blocks of convolutions, each block with twice the filters of the one before, up to 512.
 * Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", ICLR 2015.
 * @param blocks the number of convolutions in each
 */
const vgg =
  (blocks: readonly number[]): Design =>
  (image, classes) => {
    let x = image;
    for (const [i, convolutions] of blocks.entries()) {
      const block = `block${i + 1}`;
      const filters = Math.min(64 * 2 ** i, 512);
      for (let j = 1; j <= convolutions; j++) x = conv(x, filters, 3, { padding: 'same', activation: 'relu', name: `${block}_conv${j}` });
      x = maxPool(x, 2, { name: `${block}_pool` });
    }
    if (classes === undefined) return x;
    x = dense(flatten(x, 'flatten'), 4096, { activation: 'relu', name: 'fc1' });
    x = dense(x, 4096, { activation: 'relu', name: 'fc2' });
    return dense(x, classes, { activation: 'softmax', name: 'predictions' });
  };

export const vggs: Applications = {
  VGG16: { size: 224, preparation: 'caffe', designs: [vgg([2, 2, 3, 3, 3])] },
  VGG19: { size: 224, preparation: 'caffe', designs: [vgg([2, 2, 4, 4, 4])] },
};
