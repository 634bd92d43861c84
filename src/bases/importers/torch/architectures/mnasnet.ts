import { add, batchNorm, channelsOf, convLayer, flatten, globalAverage, type Layer, relu, sequential, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

/** Wider by 1×1, depthwise, narrow again without an activation; added to its input where both are alike. */
function invertedResidual(x: Value, name: string, stride: number): Value {
  const y = sequential(x, `${name}.layers`, [
    ...[convLayer(), batchNorm, relu],
    ...[convLayer({ stride, padding: 'half' }), batchNorm, relu],
    ...[convLayer(), batchNorm],
  ]);
  return x.net.rename(stride === 1 && channelsOf(x) === channelsOf(y) ? add(y, x) : y, name);
}

/** Blocks of which the first has the stride. */
function stack(stride: number): Layer {
  return (x, name) => {
    const blocks = Array.from(
      { length: x.net.countOf(`${name}.`) },
      (_, i): Layer =>
        (y, at) =>
          invertedResidual(y, at, i === 0 ? stride : 1),
    );
    return sequential(x, name, blocks);
  };
}

const layers: readonly Layer[] = [
  ...[convLayer({ stride: 2, padding: 1 }), batchNorm, relu],
  ...[convLayer({ padding: 1 }), batchNorm, relu],
  ...[convLayer(), batchNorm],
  ...[2, 2, 2, 1, 2, 1].map(stack),
  ...[convLayer(), batchNorm, relu],
];

/** MnasNet-B1. Source: Tan et al. 2018, arXiv:1807.11626; torchvision/models/mnasnet.py */
const mnasnet: Architecture = {
  size: 224,
  build: (_, images) => classify(flatten(globalAverage(sequential(images, 'layers', layers))), 'classifier.1'),
};

export const mnasnets: ArchitectureTable = {
  mnasnet0_5: mnasnet,
  mnasnet0_75: mnasnet,
  mnasnet1_0: mnasnet,
  mnasnet1_3: mnasnet,
};
