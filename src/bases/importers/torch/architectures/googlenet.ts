import { concatenate, flatten, globalAverage, maxPool, type Value } from '../../torch-layers/index.js';
import type { ArchitectureTable } from './architecture.js';
import { basicConv } from './basic-conv.js';
import { classify } from './classify.js';

function inception(x: Value, name: string): Value {
  const branches = [
    basicConv(x, `${name}.branch1`),
    basicConv(basicConv(x, `${name}.branch2.0`), `${name}.branch2.1`),
    basicConv(basicConv(x, `${name}.branch3.0`), `${name}.branch3.1`),
    basicConv(maxPool(x, 3, { stride: 1, padding: 1 }), `${name}.branch4.1`),
  ] as const;
  return x.net.rename(concatenate(branches, 1), name);
}

/** The stages of inceptions, each behind a pooling: its kernel and the letters of its blocks. */
const stages = [
  { kernel: 3, blocks: ['3a', '3b'] },
  { kernel: 3, blocks: ['4a', '4b', '4c', '4d', '4e'] },
  { kernel: 2, blocks: ['5a', '5b'] },
] as const;

function halve(x: Value, kernel: number, name: string): Value {
  return x.net.rename(maxPool(x, kernel, { stride: 2, ceil: true }), name);
}

/**
 * GoogLeNet with batch normalisation, for images scaled to ±1: torchvision's `transform_input` makes them that.
 * Source: Szegedy et al. 2014, arXiv:1409.4842; torchvision/models/googlenet.py
 */
export const googlenets: ArchitectureTable = {
  googlenet: {
    size: 224,
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    unneeded: /^aux[12]\./,
    build: (_, images) => {
      const small = halve(basicConv(images, 'conv1', { stride: 2 }), 3, 'maxpool1');
      const stem = basicConv(basicConv(small, 'conv2'), 'conv3');
      const last = stages.reduce((x, { kernel, blocks }, i) => {
        const pooled = halve(x, kernel, `maxpool${i + 2}`);
        return blocks.reduce((y, block) => inception(y, `inception${block}`), pooled);
      }, stem);
      return classify(flatten(globalAverage(last)), 'fc');
    },
  },
};
