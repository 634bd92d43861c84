import {
  add,
  addParameter,
  concatenate,
  gelu,
  layerNorm,
  linear,
  type Network,
  patchConv,
  repeatForBatch,
  select,
  selfAttention,
  toSequence,
  type Value,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

const EPS = 1e-6;

/** Two layers, of the names that they have since torchvision 0.13 or of those that published files have. */
function mlp(x: Value, name: string): Value {
  const [first, second] = x.net.has(`${name}.linear_1.weight`) ? ['linear_1', 'linear_2'] : ['0', '3'];
  return linear(gelu(linear(x, `${name}.${first}`)), `${name}.${second}`);
}

function block(x: Value, name: string, heads: number): Value {
  const attended = add(selfAttention(layerNorm(x, `${name}.ln_1`, EPS), `${name}.self_attention`, heads), x);
  return x.net.rename(add(attended, mlp(layerNorm(attended, `${name}.ln_2`, EPS), `${name}.mlp`)), name);
}

/** Patches in rows, behind the class token: `[N, 3, H, W]` to `[N, 1 + patches, width]`. */
function tokens(images: Value): Value {
  const patches = toSequence(patchConv(images, 'conv_proj'));
  const width = Number(patches.dims[2]);
  const all = concatenate([repeatForBatch(images.net.parameter('class_token', [1, 1, width]), images), patches], 1);
  return addParameter(all, 'encoder.pos_embedding', [1, Number(all.dims[1]), width]);
}

/** The side of the images whose patches the positions stand for. */
function sideOf(net: Network): number {
  const [, positions = 0] = net.dimsOf('encoder.pos_embedding');
  return Math.sqrt(positions - 1) * Number(net.dimsOf('conv_proj.weight')[2]);
}

/**
 * A Vision Transformer with the depth, the width and the patches of the file, for images of the one size that it has positions for.
 * Source: Dosovitskiy et al. 2020, arXiv:2010.11929; torchvision/models/vision_transformer.py
 */
function vit(heads: number): Architecture {
  return {
    size: 224,
    sizeOf: sideOf,
    build: (net, images) => {
      let x = tokens(images);
      for (let i = 0; i < net.countOf('encoder.layers.encoder_layer_'); i++) x = block(x, `encoder.layers.encoder_layer_${i}`, heads);
      return classify(select(layerNorm(x, 'encoder.ln', EPS), 1, 0), 'heads.head');
    },
  };
}

export const visionTransformers: ArchitectureTable = {
  vit_b_16: vit(12),
  vit_b_32: vit(12),
  vit_l_16: vit(16),
  vit_l_32: vit(16),
  vit_h_14: vit(16),
};
