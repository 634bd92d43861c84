import { averagePool, batchNorm, concatenate, conv, flatten, globalAverage, maxPool, relu, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

/** The channels that a layer adds: 1×1 and 3×3 convolutions, each of normalised values. */
function denseLayer(x: Value, name: string): Value {
  // The published files call its parts `norm.1`, torchvision since 0.3 `norm1`.
  const part = (kind: string, i: number): string => (x.net.has(`${name}.${kind}.${i}.weight`) ? `${name}.${kind}.${i}` : `${name}.${kind}${i}`);
  const narrow = conv(relu(batchNorm(x, part('norm', 1))), part('conv', 1));
  return x.net.rename(conv(relu(batchNorm(narrow, part('norm', 2))), part('conv', 2), { padding: 1 }), name);
}

/** Layers each of which sees what all before it gave. */
function denseBlock(x: Value, name: string, depth: number): Value {
  let seen = x;
  for (let i = 1; i <= depth; i++) {
    const layer = `${name}.denselayer${i}`;
    seen = x.net.rename(concatenate([seen, denseLayer(seen, layer)], 1), i === depth ? name : `${layer}/seen`);
  }
  return seen;
}

/** Half the channels, half the size. */
function transition(x: Value, name: string): Value {
  return x.net.rename(averagePool(conv(relu(batchNorm(x, `${name}.norm`)), `${name}.conv`), 2), name);
}

/**
 * Source: Huang et al. 2016, arXiv:1608.06993; torchvision/models/densenet.py
 * @param depths the layers of each block
 */
function densenet(...depths: readonly number[]): Architecture {
  return {
    size: 224,
    build: (_, images) => {
      const stem = relu(batchNorm(conv(images, 'features.conv0', { stride: 2, padding: 3 }), 'features.norm0'));
      const last = depths.reduce(
        (x, depth, i) => {
          const dense = denseBlock(x, `features.denseblock${i + 1}`, depth);
          return i < depths.length - 1 ? transition(dense, `features.transition${i + 1}`) : dense;
        },
        maxPool(stem, 3, { stride: 2, padding: 1 }),
      );
      return classify(flatten(globalAverage(relu(batchNorm(last, 'features.norm5')))), 'classifier');
    },
  };
}

export const densenets: ArchitectureTable = {
  densenet121: densenet(6, 12, 24, 16),
  densenet161: densenet(6, 12, 36, 24),
  densenet169: densenet(6, 12, 32, 32),
  densenet201: densenet(6, 12, 48, 32),
};
