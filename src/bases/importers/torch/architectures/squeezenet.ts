import { concatenate, conv, convLayer, flatten, globalAverage, type Layer, maxPool, relu, sequential, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';

/** Few channels by 1×1, then more by 1×1 beside 3×3. */
function fire(x: Value, name: string): Value {
  const narrow = relu(conv(x, `${name}.squeeze`));
  const wide = [relu(conv(narrow, `${name}.expand1x1`)), relu(conv(narrow, `${name}.expand3x3`, { padding: 1 }))] as const;
  return concatenate(wide, 1);
}

const pool: Layer = (x) => maxPool(x, 3, { stride: 2, ceil: true });

/**
 * Source: Iandola et al. 2016, arXiv:1602.07360; torchvision/models/squeezenet.py
 * @param stages how many fire modules follow each pooling
 */
function squeezenet(...stages: readonly number[]): Architecture {
  const fires = stages.flatMap((count): Layer[] => [pool, ...Array.from({ length: count }, () => fire)]);
  return {
    size: 224,
    build: (net, images) => {
      const features = sequential(images, 'features', [convLayer({ stride: 2 }), relu, ...fires]);
      if (!net.has('classifier.1.weight')) return { features: flatten(globalAverage(features)) };
      return { logits: flatten(globalAverage(relu(conv(features, 'classifier.1')))) };
    },
  };
}

export const squeezenets: ArchitectureTable = {
  squeezenet1_0: squeezenet(3, 4, 1),
  squeezenet1_1: squeezenet(2, 2, 4),
};
