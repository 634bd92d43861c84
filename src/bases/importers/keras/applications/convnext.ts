import { activate, add, conv, dense, globalAverage, layerNorm } from './layers.js';
import type { Value } from './network.js';
import type { Application, Applications, Design } from './types.js';

const EPSILON = 1e-6;

function block(x: Value, name: string): Value {
  let y = conv(x, x.channels, 7, { padding: 'same', groups: x.channels, name: `${name}_depthwise_conv` });
  y = dense(layerNorm(y, EPSILON, `${name}_layernorm`), 4 * x.channels, { name: `${name}_pointwise_conv_1` });
  y = dense(activate(y, 'gelu', `${name}_gelu`), x.channels, { name: `${name}_pointwise_conv_2` });
  y = y.net.add({ type: 'LayerScale', inputs: [y], name: `${name}_layer_scale`, weights: { gamma: [x.channels] } });
  return add(x, activate(y, 'linear', `${name}_identity`));
}

function prepared(image: Value, name: string): Value {
  const mean = [0.485, 0.456, 0.406].map((value) => value * 255);
  const variance = [0.229, 0.224, 0.225].map((value) => (value * 255) ** 2);
  return image.net.add({ type: 'Normalization', inputs: [image], name: `${name}_prestem_normalization`, config: { mean, variance } });
}

/** Makes the image a fourth of its size before the first stage, half before the others. */
function shrunk(x: Value, stage: number, width: number, name: string): Value {
  if (stage === 0) {
    return x.net.sequential(x, `${name}_stem`, (y) =>
      layerNorm(conv(y, width, 4, { strides: 4, name: `${name}_stem_conv` }), EPSILON, `${name}_stem_layernorm`),
    );
  }
  const index = stage - 1;
  return x.net.sequential(x, `${name}_downsampling_block_${index}`, (y) =>
    conv(layerNorm(y, EPSILON, `${name}_downsampling_layernorm_${index}`), width, 2, { strides: 2, name: `${name}_downsampling_conv_${index}` }),
  );
}

/** Source: Liu et al., "A ConvNet for the 2020s", CVPR 2022. */
const convNeXt =
  (name: string, depths: readonly number[], width: number): Design =>
  (image, classes) => {
    let x = prepared(image, name);
    for (const [stage, depth] of depths.entries()) {
      x = shrunk(x, stage, width * 2 ** stage, name);
      for (let i = 0; i < depth; i++) x = block(x, `${name}_stage_${stage}_block_${i}`);
    }
    if (classes === undefined) return layerNorm(x, EPSILON);
    x = layerNorm(globalAverage(x, `${name}_head_gap`), EPSILON, `${name}_head_layernorm`);
    return dense(x, classes, { activation: 'softmax', name: `${name}_head_dense` });
  };

function sized(name: string, depths: readonly number[], width: number): Application {
  return { size: 224, preparation: 'none', designs: [convNeXt(name, depths, width)] };
}

export const convNeXts: Applications = {
  ConvNeXtTiny: sized('convnext_tiny', [3, 3, 9, 3], 96),
  ConvNeXtSmall: sized('convnext_small', [3, 3, 27, 3], 96),
  ConvNeXtBase: sized('convnext_base', [3, 3, 27, 3], 128),
  ConvNeXtLarge: sized('convnext_large', [3, 3, 27, 3], 192),
  ConvNeXtXLarge: sized('convnext_xlarge', [3, 3, 27, 3], 256),
};
