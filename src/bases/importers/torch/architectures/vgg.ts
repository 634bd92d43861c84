import { adaptiveAverage, batchNorm, convLayer, dropout, flatten, type Layer, linear, maxPool, relu, sequential } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classifySequential } from './classify.js';

/**
 * Stages of 3×3 convolutions, each followed by a pooling; with batch normalisation where the file has its statistics.
 * Source: Simonyan and Zisserman 2014, arXiv:1409.1556; torchvision/models/vgg.py
 * @param depths the convolutions of each stage
 */
function vgg(...depths: readonly number[]): Architecture {
  return {
    size: 224,
    build: (net, images) => {
      const normal: Layer[] = net.has('features.1.running_mean') ? [batchNorm] : [];
      const convolution = [convLayer({ padding: 1 }), ...normal, relu];
      const layers = depths.flatMap((depth): Layer[] => [...Array.from({ length: depth }, () => convolution).flat(), (x) => maxPool(x, 2)]);
      const pooled = flatten(adaptiveAverage(sequential(images, 'features', layers), 7));
      return classifySequential(pooled, 'classifier', [linear, relu, dropout, linear, relu, dropout]);
    },
  };
}

/** With batch normalisation and without. */
const eleven = vgg(1, 1, 2, 2, 2);
const thirteen = vgg(2, 2, 2, 2, 2);
const sixteen = vgg(2, 2, 3, 3, 3);
const nineteen = vgg(2, 2, 4, 4, 4);

export const vggs: ArchitectureTable = {
  vgg11: eleven,
  vgg11_bn: eleven,
  vgg13: thirteen,
  vgg13_bn: thirteen,
  vgg16: sixteen,
  vgg16_bn: sixteen,
  vgg19: nineteen,
  vgg19_bn: nineteen,
};
