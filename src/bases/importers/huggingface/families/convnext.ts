import * as z from 'zod';
import {
  activationOf,
  add,
  addNumber,
  addParameter,
  conv,
  divide,
  flatten,
  globalAverage,
  layerNorm,
  layerNormOfChannels,
  linear,
  mean,
  multiply,
  type Network,
  norm,
  patchConv,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import { count, type Family, family, withLabels } from '../family.js';
import { imageInput, imageShape } from '../vision/images.js';

const convnextConfig = withLabels({
  ...imageShape,
  depths: z.array(count).min(1).default([3, 3, 9, 3]),
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-12),
});

type ConvnextConfig = z.output<typeof convnextConfig>;

/** That of every normalisation but the last, which the configuration has. */
const EPS = 1e-6;

/** Global response normalisation of maps `[N, H, W, C]`: channels by how strong each is beside the others, plus what there was. */
function responseNorm(x: Value, name: string): Value {
  const dims = [1, 1, 1, Number(x.dims[3])];
  const strength = norm(x, [1, 2]);
  const share = divide(strength, addNumber(mean(strength, [3]), EPS));
  const scaled = multiply(x.net.parameter(`${name}.weight`, dims), multiply(x, share));
  return add(addParameter(scaled, `${name}.bias`, dims), x);
}

/** A depthwise convolution and, channels last, two layers, with what the file has of a response normalisation between and a scale behind. */
function block(x: Value, name: string, config: ConvnextConfig): Value {
  const { net } = x;
  const near = transpose(conv(x, `${name}.dwconv`, { padding: 'half' }), [0, 2, 3, 1]);
  const wide = activationOf(config.hidden_act, name)(linear(layerNorm(near, `${name}.layernorm`, EPS), `${name}.pwconv1`));
  const branch = linear(net.has(`${name}.grn.weight`) ? responseNorm(wide, `${name}.grn`) : wide, `${name}.pwconv2`);
  const scale = `${name}.layer_scale_parameter`;
  const scaled = net.has(scale) ? multiply(net.parameter(scale, [Number(x.dims[1])]), branch) : branch;
  return net.rename(add(x, transpose(scaled, [0, 3, 1, 2])), name);
}

/** Blocks, behind a layer that halves the maps where the file has one. */
function stage(x: Value, name: string, depth: number, config: ConvnextConfig): Value {
  const halving = `${name}.downsampling_layer`;
  const start = x.net.has(`${halving}.1.weight`) ? patchConv(layerNormOfChannels(x, `${halving}.0`, EPS), `${halving}.1`) : x;
  return Array.from({ length: depth }).reduce<Value>((y, _, i) => block(y, `${name}.layers.${i}`, config), start);
}

/** The last maps `[N, C, H, W]`, and what is left of each channel `[N, C]`. */
function encode(net: Network, config: ConvnextConfig, base: string): { last: Value; pooled: Value } {
  const patches = patchConv(imageInput(net, config), `${base}embeddings.patch_embeddings`);
  const start = layerNormOfChannels(patches, `${base}embeddings.layernorm`, EPS);
  const last = config.depths.reduce((x, depth, i) => stage(x, `${base}encoder.stages.${i}`, depth, config), start);
  return { last, pooled: layerNorm(flatten(globalAverage(last)), `${base}layernorm`, config.layer_norm_eps) };
}

function convnextFamily(type: string, name: string): Family {
  return family({
    type,
    base: type,
    config: convnextConfig,
    takesAnySize: true,
    classifier: { className: `${name}ForImageClassification`, layer: 'classifier' },
    classes: {
      [`${name}Model`]: {
        build: (net, config, base) => {
          const { last, pooled } = encode(net, config, base);
          return { last_hidden_state: last, pooler_output: pooled };
        },
      },
      [`${name}ForImageClassification`]: {
        head: /^classifier\./,
        build: (net, config, base) => ({ logits: linear(encode(net, config, base).pooled, 'classifier', { units: config.labels }) }),
      },
    },
  });
}

/** Liu et al. 2022, arXiv:2201.03545. Source: transformers/models/convnext/modeling_convnext.py */
export const convnext = convnextFamily('convnext', 'ConvNext');

/** Woo et al. 2023, arXiv:2301.00808. Source: transformers/models/convnextv2/modeling_convnextv2.py */
export const convnextv2 = convnextFamily('convnextv2', 'ConvNextV2');
