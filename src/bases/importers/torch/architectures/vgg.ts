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

export const vggs: ArchitectureTable = {
  vgg11: vgg(1, 1, 2, 2, 2),
  vgg11_bn: vgg(1, 1, 2, 2, 2),
  vgg13: vgg(2, 2, 2, 2, 2),
  vgg13_bn: vgg(2, 2, 2, 2, 2),
  vgg16: vgg(2, 2, 3, 3, 3),
  vgg16_bn: vgg(2, 2, 3, 3, 3),
  vgg19: vgg(2, 2, 4, 4, 4),
  vgg19_bn: vgg(2, 2, 4, 4, 4),
};
