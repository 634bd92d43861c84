import {
  add,
  flatten,
  gelu,
  globalAverage,
  layerNorm,
  linear,
  mergeSquares,
  type Network,
  patchConv,
  relativePositionIndex,
  shiftedWindows,
  transpose,
  type Value,
  type Windows,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';
import { attendInWindows, type Positions } from './swin-attention.js';
import { swinV1Positions, swinV2Positions } from './swin-positions.js';

/** What the two versions do differently. */
interface Version {
  readonly size: number;
  /** Side of the windows, in patches. */
  readonly side: number;
  readonly positions: Positions;
  /** A layer and its normalisation, in their order. */
  readonly normalised: (x: Value, norm: string, layer: (x: Value) => Value) => Value;
}

function block(x: Value, name: string, { positions, normalised }: Version, windows: Windows): Value {
  const attended = add(
    x,
    normalised(x, `${name}.norm1`, (y) => attendInWindows(y, `${name}.attn`, windows, positions)),
  );
  const mlp = (y: Value): Value => linear(gelu(linear(y, `${name}.mlp.0`)), `${name}.mlp.3`);
  return x.net.rename(add(attended, normalised(attended, `${name}.norm2`, mlp)), name);
}

/** Each square of four patches as one of twice the width: `[N, H, W, C]` to `[N, H / 2, W / 2, 2 C]`. */
function merge(x: Value, name: string, { normalised }: Version): Value {
  return x.net.rename(
    normalised(mergeSquares(x), `${name}.norm`, (y) => linear(y, `${name}.reduction`)),
    name,
  );
}

/** The blocks `name.0`, `name.1` …, of which every second one shifts its windows by half their side. */
function stage(x: Value, name: string, version: Version, index: Value): Value {
  const { side } = version;
  const plans = [0, Math.floor(side / 2)].map((shift) => shiftedWindows(x, { side, shift, index }));
  return Array.from({ length: x.net.countOf(`${name}.`) }).reduce<Value>((y, _, i) => block(y, `${name}.${i}`, version, plans[i % 2] as Windows), x);
}

/**
 * A Swin Transformer with the depths, the widths and the heads of the file, on images of any size.
 * Source: Liu et al. 2021, arXiv:2103.14030 and arXiv:2111.09883; torchvision/models/swin_transformer.py
 */
function swin(version: Version): Architecture {
  const body = (net: Network, images: Value): Value => {
    const index = relativePositionIndex(net, version.side);
    let x = layerNorm(transpose(patchConv(images, 'features.0.0'), [0, 2, 3, 1]), 'features.0.2');
    for (let i = 1; i < net.countOf('features.'); i++) {
      const name = `features.${i}`;
      x = net.has(`${name}.reduction.weight`) ? merge(x, name, version) : stage(x, name, version, index);
    }
    return x;
  };
  return {
    size: version.size,
    unneeded: /\.relative_(position_index|coords_table)$/,
    build: (net, images) => {
      const last = transpose(layerNorm(body(net, images), 'norm'), [0, 3, 1, 2]);
      return classify(flatten(globalAverage(last)), 'head');
    },
  };
}

const v1 = swin({ size: 224, side: 7, positions: swinV1Positions, normalised: (x, norm, layer) => layer(layerNorm(x, norm)) });
const v2 = swin({ size: 256, side: 8, positions: swinV2Positions, normalised: (x, norm, layer) => layerNorm(layer(x), norm) });

export const swinTransformers: ArchitectureTable = { swin_t: v1, swin_s: v1, swin_b: v1, swin_v2_t: v2, swin_v2_s: v2, swin_v2_b: v2 };
