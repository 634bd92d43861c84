import { fail } from '../../../../core/index.js';
import {
  add,
  attend,
  averagePool,
  batchNorm,
  conv,
  convNorm,
  exchange,
  flatten,
  fromWindows,
  gelu,
  globalAverage,
  layerNorm,
  linear,
  mergeHeads,
  relativePositionBias,
  relativePositionIndex,
  silu,
  splitPacked,
  tanh,
  toWindows,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import type { ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';
import { squeezeExcitation } from './squeeze-excitation.js';

const eps = 1e-3;
/** Side of the windows, and of the grid. */
const SIDE = 7;

/** An inverted residual whose shortcut is pooled where the branch has stride 2. */
function mbConv(x: Value, name: string, stride: number): Value {
  const layers = `${name}.layers`;
  const wide = convNorm(batchNorm(x, `${layers}.pre_norm`, eps), `${layers}.conv_a`, { activation: gelu, eps });
  const near = convNorm(wide, `${layers}.conv_b`, { stride, activation: gelu, eps });
  const branch = conv(squeezeExcitation(near, `${layers}.squeeze_excitation`, { activation: silu }), `${layers}.conv_c`);
  const shortcut = stride === 1 ? x : conv(averagePool(x, 3, { stride, padding: 1 }), `${name}.proj.1`);
  return x.net.rename(add(shortcut, branch), name);
}

/** A transformer's block on parts of maps, `[N, parts, SIDE², C]`. */
function partAttention(x: Value, name: string, index: Value): Value {
  const attention = `${name}.attn_layer.1`;
  const table = x.net.parameter(`${attention}.relative_position_bias_table`, [(2 * SIDE - 1) ** 2, undefined]);
  const packed = linear(layerNorm(x, `${name}.attn_layer.0`), `${attention}.to_qkv`);
  // Scaled by the width of all heads together, as torchvision has it.
  const options = { factor: 1 / Math.sqrt(Number(x.dims.at(-1))), biases: [relativePositionBias(table, index)] };
  const merged = mergeHeads(attend(...splitPacked(packed, Number(table.dims[1])), options));
  const attended = add(x, linear(merged, `${attention}.merge`));
  const hidden = gelu(linear(layerNorm(attended, `${name}.mlp_layer.0`), `${name}.mlp_layer.1`));
  return add(attended, linear(hidden, `${name}.mlp_layer.3`));
}

/** A convolution, attention within windows, and attention of places that lie equally far apart. @throws IMPORT_TOPOLOGY */
function layer(x: Value, name: string, stride: number, index: Value): Value {
  const parts = `${name}.layers`;
  const near = transpose(mbConv(x, `${parts}.MBconv`, stride), [0, 2, 3, 1]);
  const [height = 0, width = 0] = near.dims.slice(1, 3).map(Number);
  if (height % SIDE !== 0 || width !== height)
    fail('IMPORT_TOPOLOGY', { reason: `a map of ${height}×${width} is no square of ${SIDE}×${SIDE} windows` });
  const size = [height, width] as const;
  const windows = partAttention(toWindows(near, SIDE), `${parts}.window_attention`, index);
  const between = height / SIDE;
  const grid = exchange(toWindows(fromWindows(windows, SIDE, size), between), 1, 2);
  const whole = fromWindows(exchange(partAttention(grid, `${parts}.grid_attention`, index), 1, 2), between, size);
  return x.net.rename(transpose(whole, [0, 3, 1, 2]), name);
}

/** Source: Tu et al. 2022, arXiv:2204.01697; torchvision/models/maxvit.py */
export const maxvits: ArchitectureTable = {
  maxvit_t: {
    size: 224,
    unneeded: /\.relative_position_index$/,
    build: (net, images) => {
      const index = relativePositionIndex(net, SIDE);
      let x = conv(convNorm(images, 'stem.0', { stride: 2, activation: gelu, eps }), 'stem.1.0', { padding: 1 });
      for (let at = 0; at < net.countOf('blocks.'); at++) {
        const layers = `blocks.${at}.layers.`;
        for (let i = 0; i < net.countOf(layers); i++) x = layer(x, `${layers}${i}`, i === 0 ? 2 : 1, index);
      }
      const features = flatten(globalAverage(x));
      if (!net.has('classifier.2.weight')) return { features };
      return classify(tanh(linear(layerNorm(features, 'classifier.2'), 'classifier.3')), 'classifier.5');
    },
  },
};
