import {
  add,
  conv,
  flatten,
  gelu,
  globalAverage,
  layerNorm,
  layerNormOfChannels,
  linear,
  multiply,
  patchConv,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

const EPS = 1e-6;

/** A depthwise 7×7 convolution and, channels last, two layers, scaled channel by channel. */
function block(x: Value, name: string): Value {
  const near = transpose(conv(x, `${name}.block.0`, { padding: 'half' }), [0, 2, 3, 1]);
  const wide = gelu(linear(layerNorm(near, `${name}.block.2`, EPS), `${name}.block.3`));
  const branch = transpose(linear(wide, `${name}.block.5`), [0, 3, 1, 2]);
  const scaled = multiply(branch, x.net.parameter(`${name}.layer_scale`, [Number(x.dims[1]), 1, 1]));
  return x.net.rename(add(scaled, x), name);
}

/**
 * A ConvNeXt with the depths and widths of the file: stages of blocks, and layers in between that halve the maps.
 * Source: Liu et al. 2022, arXiv:2201.03545; torchvision/models/convnext.py
 */
const convnext: Architecture = {
  size: 224,
  build: (net, images) => {
    let x = layerNormOfChannels(patchConv(images, 'features.0.0'), 'features.0.1', EPS);
    for (let i = 1; i < net.countOf('features.'); i++) {
      const stage = `features.${i}`;
      if (net.has(`${stage}.0.layer_scale`)) for (let at = 0; at < net.countOf(`${stage}.`); at++) x = block(x, `${stage}.${at}`);
      else x = patchConv(layerNormOfChannels(x, `${stage}.0`, EPS), `${stage}.1`);
    }
    const features = flatten(globalAverage(x));
    return net.has('classifier.0.weight') ? classify(layerNorm(features, 'classifier.0', EPS), 'classifier.2') : { features };
  },
};

export const convnexts: ArchitectureTable = {
  convnext_tiny: convnext,
  convnext_small: convnext,
  convnext_base: convnext,
  convnext_large: convnext,
};
