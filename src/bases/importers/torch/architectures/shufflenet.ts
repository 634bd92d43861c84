import {
  batchNorm,
  concatenate,
  convLayer,
  flatten,
  globalAverage,
  maxPool,
  relu,
  reshape,
  sequential,
  split,
  transpose,
  type Value,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

/** Interleaves the two halves of the channels. */
function shuffle(x: Value): Value {
  const [n = null, channels, height = null, width = null] = x.dims;
  const halves = reshape(x, [n, 2, Number(channels) / 2, height, width]);
  return reshape(transpose(halves, [0, 2, 1, 3, 4]), x.dims);
}

/** Makes the maps smaller in two branches, or leaves one half of the channels as it is. */
function unit(x: Value, name: string, stride: number): Value {
  const depthwise = [convLayer({ stride, padding: 1 }), batchNorm];
  const pointwise = [convLayer(), batchNorm, relu];
  const [left, right] = stride > 1 ? [sequential(x, `${name}.branch1`, [...depthwise, ...pointwise]), x] : (split(x, 2, 1) as [Value, Value]);
  const branch = sequential(right, `${name}.branch2`, [...pointwise, ...depthwise, ...pointwise]);
  return x.net.rename(shuffle(concatenate([left, branch], 1)), name);
}

function stage(x: Value, name: string): Value {
  let y = x;
  for (let i = 0; i < x.net.countOf(`${name}.`); i++) y = unit(y, `${name}.${i}`, i === 0 ? 2 : 1);
  return y;
}

/** Source: Ma et al. 2018, arXiv:1807.11164; torchvision/models/shufflenetv2.py */
const shufflenet: Architecture = {
  size: 224,
  build: (_, images) => {
    const stem = maxPool(sequential(images, 'conv1', [convLayer({ stride: 2, padding: 1 }), batchNorm, relu]), 3, { stride: 2, padding: 1 });
    const last = sequential(['stage2', 'stage3', 'stage4'].reduce(stage, stem), 'conv5', [convLayer(), batchNorm, relu]);
    return classify(flatten(globalAverage(last)), 'fc');
  },
};

export const shufflenets: ArchitectureTable = {
  shufflenet_v2_x0_5: shufflenet,
  shufflenet_v2_x1_0: shufflenet,
  shufflenet_v2_x1_5: shufflenet,
  shufflenet_v2_x2_0: shufflenet,
};
