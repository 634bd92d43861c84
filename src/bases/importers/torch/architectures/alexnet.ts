import { adaptiveAverage, convLayer, dropout, flatten, type Layer, linear, maxPool, relu, sequential } from '../../torch-layers/index.js';
import type { ArchitectureTable } from './architecture.js';
import { classifySequential } from './classify.js';

const pool: Layer = (x) => maxPool(x, 3, { stride: 2 });

const features: readonly Layer[] = [
  ...[convLayer({ stride: 4, padding: 2 }), relu, pool],
  ...[convLayer({ padding: 2 }), relu, pool],
  ...[convLayer({ padding: 1 }), relu],
  ...[convLayer({ padding: 1 }), relu],
  ...[convLayer({ padding: 1 }), relu, pool],
];

/** Source: Krizhevsky 2014, arXiv:1404.5997; torchvision/models/alexnet.py */
export const alexnets: ArchitectureTable = {
  alexnet: {
    size: 224,
    build: (_, images) => {
      const pooled = flatten(adaptiveAverage(sequential(images, 'features', features), 6));
      return classifySequential(pooled, 'classifier', [dropout, linear, relu, dropout, linear, relu]);
    },
  },
};
