import {
  type Activation,
  add,
  channelsOf,
  convNorm,
  dropout,
  flatten,
  globalAverage,
  hardSigmoid,
  hardSwish,
  linear,
  noActivation,
  relu,
  type Value,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classifySequential } from './classify.js';
import { squeezeExcitation } from './squeeze-excitation.js';

const eps = 0.001;

interface Block {
  readonly stride: number;
  readonly activation: Activation;
  readonly dilation?: number;
}

/**
 * Inverted residual `name.block`: wider by 1×1 (where the block has that), depthwise, squeeze-and-excitation (where the block has that), and narrow
 * again without an activation; added to its input where both are alike.
 */
function invertedResidual(x: Value, name: string, { stride, activation, dilation = 1 }: Block): Value {
  const last = x.net.countOf(`${name}.block.`) - 1;
  let y = x;
  for (let i = 0; i <= last; i++) {
    const layer = `${name}.block.${i}`;
    if (x.net.has(`${layer}.fc1.weight`)) y = squeezeExcitation(y, layer, { gate: hardSigmoid });
    else y = convNorm(y, layer, { ...(isDepthwise(y, layer) ? { stride, dilation } : {}), activation: i < last ? activation : noActivation, eps });
  }
  return x.net.rename(stride === 1 && channelsOf(x) === channelsOf(y) ? add(y, x) : y, name);
}

function isDepthwise(x: Value, layer: string): boolean {
  return x.net.dimsOf(`${layer}.0.weight`)[1] === 1;
}

/** The maps behind the stem, each block and the last convolution, shallow to deep; `prefix` is what weights are named after, as `features.`. */
export function mobilenetV3Maps(images: Value, blocks: readonly Block[], prefix: string): Value[] {
  const maps = [convNorm(images, `${prefix}0`, { stride: 2, activation: hardSwish, eps })];
  for (const block of blocks) maps.push(invertedResidual(maps.at(-1) ?? images, `${prefix}${maps.length}`, block));
  maps.push(convNorm(maps.at(-1) ?? images, `${prefix}${maps.length}`, { activation: hardSwish, eps }));
  return maps;
}

/** Source: Howard et al. 2019, arXiv:1905.02244; torchvision/models/mobilenetv3.py */
function mobilenetV3(blocks: readonly Block[]): Architecture {
  return {
    size: 224,
    build: (_, images) => {
      const last = mobilenetV3Maps(images, blocks, 'features.').at(-1) ?? images;
      return classifySequential(flatten(globalAverage(last)), 'classifier', [linear, hardSwish, dropout]);
    },
  };
}

const withRelu = (...strides: readonly number[]): Block[] => strides.map((stride) => ({ stride, activation: relu }));
const withSwish = (...strides: readonly number[]): Block[] => strides.map((stride) => ({ stride, activation: hardSwish }));

const largeUpToLast = [...withRelu(1, 2, 1, 2, 1, 1), ...withSwish(2, 1, 1, 1, 1, 1)];

/** MobileNetV3-Large whose last three blocks are dilated in place of being made smaller: the backbone of LR-ASPP and DeepLabV3. */
export const dilatedMobilenet: readonly Block[] = [...largeUpToLast, ...withSwish(1, 1, 1).map((block) => ({ ...block, dilation: 2 }))];

export const mobilenetsV3: ArchitectureTable = {
  mobilenet_v3_large: mobilenetV3([...largeUpToLast, ...withSwish(2, 1, 1)]),
  mobilenet_v3_small: mobilenetV3([...withRelu(2, 2, 1), ...withSwish(2, 1, 1, 1, 1, 2, 1, 1)]),
};
