import { add, channelsOf, convNorm, flatten, globalAverage, noActivation, silu, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';
import { squeezeExcitation } from './squeeze-excitation.js';

/** Strides of the stages behind the stem; V2-S has six of them. */
const STRIDES = [1, 2, 2, 2, 1, 2, 1];

/**
 * MBConv or Fused-MBConv, with an expansion or without: the file has as many parts as the block. The kernel that is wider than 1×1 has the stride, and the last
 * of several parts no activation.
 */
function block(x: Value, name: string, stride: number, eps: number): Value {
  const { net } = x;
  const parts = net.countOf(`${name}.block.`);
  let y = x;
  for (let i = 0; i < parts; i++) {
    const part = `${name}.block.${i}`;
    if (net.has(`${part}.fc1.weight`)) {
      y = squeezeExcitation(y, part, { activation: silu });
      continue;
    }
    const isWide = Number(net.dimsOf(`${part}.0.weight`)[2]) > 1;
    y = convNorm(y, part, { stride: isWide ? stride : 1, eps, activation: parts > 1 && i === parts - 1 ? noActivation : silu });
  }
  return stride === 1 && channelsOf(y) === channelsOf(x) ? net.rename(add(y, x), name) : net.rename(y, name);
}

/**
 * An EfficientNet with as many blocks as the file has.
 * Source: Tan and Le 2019, arXiv:1905.11946, and 2021, arXiv:2104.00298; torchvision/models/efficientnet.py
 */
function efficientnet(size: number, eps: number): Architecture {
  return {
    size,
    build: (net, images) => {
      const stages = STRIDES.slice(0, net.countOf('features.') - 2);
      let x = convNorm(images, 'features.0', { stride: 2, eps, activation: silu });
      for (const [i, stride] of stages.entries()) {
        const stage = `features.${i + 1}.`;
        for (let at = 0; at < net.countOf(stage); at++) x = block(x, `${stage}${at}`, at === 0 ? stride : 1, eps);
      }
      const last = convNorm(x, `features.${stages.length + 1}`, { eps, activation: silu });
      return classify(flatten(globalAverage(last)), 'classifier.1');
    },
  };
}

export const efficientnets: ArchitectureTable = {
  efficientnet_b0: efficientnet(224, 1e-5),
  efficientnet_b1: efficientnet(240, 1e-5),
  efficientnet_b2: efficientnet(288, 1e-5),
  efficientnet_b3: efficientnet(300, 1e-5),
  efficientnet_b4: efficientnet(380, 1e-5),
  efficientnet_b5: efficientnet(456, 1e-3),
  efficientnet_b6: efficientnet(528, 1e-3),
  efficientnet_b7: efficientnet(600, 1e-3),
  efficientnet_v2_s: efficientnet(384, 1e-3),
  efficientnet_v2_m: efficientnet(480, 1e-3),
  efficientnet_v2_l: efficientnet(480, 1e-3),
};
