import * as z from 'zod';
import {
  activationOf,
  add,
  attention,
  flatten,
  inWindows,
  layerNorm,
  linear,
  mean,
  mergeSquares,
  type Network,
  padEnd,
  patchConv,
  relativePositionBias,
  relativePositionIndex,
  reshape,
  shiftedWindows,
  transpose,
  type Value,
  type Windows,
} from '../../torch-layers/index.js';
import { count, family, withLabels } from '../family.js';
import { addPositions, imageInput, imageShape } from '../vision/images.js';

const swinConfig = withLabels({
  ...imageShape,
  depths: z.array(count).min(1).default([2, 2, 6, 2]),
  num_heads: z.array(count).min(1).default([3, 6, 12, 24]),
  window_size: count.default(7),
  hidden_act: z.string().default('gelu'),
  layer_norm_eps: z.number().default(1e-5),
});

type SwinConfig = z.output<typeof swinConfig>;

/** Attention within windows of maps `[N, H, W, C]`, with a bias by how far places lie apart. */
function attendInWindows(x: Value, name: string, heads: number, windows: Windows): Value {
  const own = `${name}.self`;
  const bias = relativePositionBias(x.net.parameter(`${own}.relative_position_bias_table`, [undefined, heads]), windows.index);
  return inWindows(x, windows, (cut) =>
    attention(cut, [`${own}.query`, `${own}.key`, `${own}.value`, `${name}.output.dense`], heads, { biases: [bias, ...windows.masks] }),
  );
}

function block(x: Value, name: string, config: SwinConfig, heads: number, windows: Windows): Value {
  const eps = config.layer_norm_eps;
  const attended = add(x, attendInWindows(layerNorm(x, `${name}.layernorm_before`, eps), `${name}.attention`, heads, windows));
  const wide = activationOf(config.hidden_act, name)(linear(layerNorm(attended, `${name}.layernorm_after`, eps), `${name}.intermediate.dense`));
  return x.net.rename(add(linear(wide, `${name}.output.dense`), attended), name);
}

/** The windows of blocks with even numbers and of those with odd ones, which are shifted by half a side, unless one window covers an axis. */
function windowsOf(x: Value, side: number, index: Value): readonly [Windows, Windows] {
  const isCovered = Math.min(Number(x.dims[1]), Number(x.dims[2])) <= side;
  return [shiftedWindows(x, { side, shift: 0, index }), shiftedWindows(x, { side, shift: isCovered ? 0 : Math.floor(side / 2), index })];
}

/** Blocks, and behind them a layer that halves the maps where the file has one. */
function stage(x: Value, name: string, at: number, config: SwinConfig, index: Value): Value {
  const windows = windowsOf(x, config.window_size, index);
  const last = Array.from({ length: config.depths[at] ?? 0 }).reduce<Value>(
    (y, _, i) => block(y, `${name}.blocks.${i}`, config, config.num_heads[at] ?? 1, windows[(i % 2) as 0 | 1]),
    x,
  );
  const halving = `${name}.downsample`;
  return x.net.has(`${halving}.reduction.weight`) ? linear(layerNorm(mergeSquares(last), `${halving}.norm`), `${halving}.reduction`) : last;
}

/** How much a length lacks to be a multiple of a side. */
function lacking(length: number, side: number): number {
  return Math.ceil(length / side) * side - length;
}

/** Patches as maps `[N, H, W, C]`, of images padded to whole patches. */
function embed(images: Value, base: string): Value {
  const { net } = images;
  const projection = `${base}embeddings.patch_embeddings.projection`;
  const sides = net.dimsOf(`${projection}.weight`).slice(2);
  const whole = [2, 3].reduce((x, axis, i) => padEnd(x, axis, lacking(Number(x.dims[axis]), sides[i] ?? 1)), images);
  const maps = layerNorm(transpose(patchConv(whole, projection), [0, 2, 3, 1]), `${base}embeddings.norm`);
  const positions = `${base}embeddings.position_embeddings`;
  if (!net.has(positions)) return maps;
  const [n = null, height, width, channels = null] = maps.dims;
  return reshape(addPositions(reshape(maps, [n, Number(height) * Number(width), channels]), positions), maps.dims);
}

/** The last hidden state `[N, places, C]`, and its mean over the places `[N, C]`. */
function encode(net: Network, config: SwinConfig, base: string): { last: Value; pooled: Value } {
  const index = relativePositionIndex(net, config.window_size);
  let x = embed(imageInput(net, config), base);
  for (let i = 0; i < config.depths.length; i++) x = stage(x, `${base}encoder.layers.${i}`, i, config, index);
  const normal = layerNorm(x, `${base}layernorm`, config.layer_norm_eps);
  const [n = null, height, width, channels = null] = normal.dims;
  return { last: reshape(normal, [n, Number(height) * Number(width), channels]), pooled: flatten(mean(normal, [1, 2])) };
}

/** Liu et al. 2021, arXiv:2103.14030. Source: transformers/models/swin/modeling_swin.py */
export const swin = family({
  type: 'swin',
  base: 'swin',
  config: swinConfig,
  classifier: { className: 'SwinForImageClassification', layer: 'classifier' },
  classes: {
    SwinModel: {
      build: (net, config, base) => {
        const { last, pooled } = encode(net, config, base);
        return { last_hidden_state: last, pooler_output: pooled };
      },
    },
    SwinForImageClassification: {
      head: /^classifier\./,
      build: (net, config, base) => ({ logits: linear(encode(net, config, base).pooled, 'classifier', { units: config.labels }) }),
    },
  },
});
