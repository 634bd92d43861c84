import * as z from 'zod';
import {
  type Activation,
  activationOf,
  add,
  batchNorm,
  conv,
  flatten,
  globalAverage,
  linear,
  maxPool,
  type Network,
  noActivation,
  relu,
  type Value,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { imageInput, imageShape } from '../vision/images.js';

const resnetConfig = withLabels({
  ...imageShape,
  depths: z.array(count).min(1).default([3, 4, 6, 3]),
  layer_type: z.enum(['basic', 'bottleneck']).default('bottleneck'),
  hidden_act: z.string().default('relu'),
  downsample_in_first_stage: z.boolean().default(false),
  downsample_in_bottleneck: z.boolean().default(false),
});

type ResnetConfig = z.output<typeof resnetConfig>;

function convolved(x: Value, name: string, stride: number, activation: Activation): Value {
  return activation(batchNorm(conv(x, `${name}.convolution`, { stride, padding: 'half' }), `${name}.normalization`));
}

/** The convolution of a block that leaves pixels out: of a bottleneck the second, or the first of all. */
function stridedConvolution({ layer_type, downsample_in_bottleneck }: ResnetConfig): number {
  return layer_type === 'bottleneck' && !downsample_in_bottleneck ? 1 : 0;
}

/** Two convolutions, or three of which the outer ones change the width, beside a shortcut. */
function block(x: Value, name: string, config: ResnetConfig, stride: number): Value {
  const last = config.layer_type === 'bottleneck' ? 2 : 1;
  let y = x;
  for (let i = 0; i <= last; i++) {
    y = convolved(y, `${name}.layer.${i}`, i === stridedConvolution(config) ? stride : 1, i === last ? noActivation : relu);
  }
  const shortcut = x.net.has(`${name}.shortcut.convolution.weight`) ? convolved(x, `${name}.shortcut`, stride, noActivation) : x;
  return x.net.rename(activationOf(config.hidden_act, name)(add(y, shortcut)), name);
}

/** The last maps `[N, C, H, W]`. */
function encode(net: Network, config: ResnetConfig, base: string): Value {
  const images = imageInput(net, config);
  const stem = convolved(images, `${base}embedder.embedder`, 2, activationOf(config.hidden_act, 'embedder'));
  return config.depths.reduce(
    (stageInput, depth, stage) => {
      const halves = stage > 0 || config.downsample_in_first_stage;
      return Array.from({ length: depth }).reduce<Value>(
        (x, _, i) => block(x, `${base}encoder.stages.${stage}.layers.${i}`, config, i === 0 && halves ? 2 : 1),
        stageInput,
      );
    },
    maxPool(stem, 3, { stride: 2, padding: 1 }),
  );
}

/** He et al. 2015, arXiv:1512.03385. Source: transformers/models/resnet/modeling_resnet.py */
export const resnet = family({
  type: 'resnet',
  base: 'resnet',
  config: resnetConfig,
  takesAnySize: true,
  classifier: { className: 'ResNetForImageClassification', layer: 'classifier.1' },
  classes: {
    ResNetModel: {
      build: (net, config, base) => {
        const last = encode(net, config, base);
        return { last_hidden_state: last, pooler_output: globalAverage(last) };
      },
    },
    ResNetForImageClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({
        logits: linear(flatten(globalAverage(encode(net, config, base))), 'classifier.1', { units: config.labels }),
      }),
    },
  },
});
