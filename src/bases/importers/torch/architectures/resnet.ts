import { add, batchNorm, conv, flatten, globalAverage, maxPool, type Network, relu, type Value } from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { classify } from './classify.js';

/** The branch beside the shortcut: `[N, C, H, W]` to `[N, C', H / stride, W / stride]`. */
type Branch = (x: Value, name: string, window: { readonly stride: number; readonly dilation: number }) => Value;

/** Two 3×3 convolutions. */
const basic: Branch = (x, name, { stride }) => {
  const first = relu(batchNorm(conv(x, `${name}.conv1`, { stride, padding: 1 }), `${name}.bn1`));
  return batchNorm(conv(first, `${name}.conv2`, { padding: 1 }), `${name}.bn2`);
};

/** 1×1, 3×3, 1×1, with the stride in the middle ("ResNet V1.5"). */
const bottleneck: Branch = (x, name, { stride, dilation }) => {
  const narrow = relu(batchNorm(conv(x, `${name}.conv1`), `${name}.bn1`));
  const middle = relu(batchNorm(conv(narrow, `${name}.conv2`, { stride, padding: dilation, dilation }), `${name}.bn2`));
  return batchNorm(conv(middle, `${name}.conv3`), `${name}.bn3`);
};

function block(x: Value, name: string, branch: Branch, window: { readonly stride: number; readonly dilation: number }): Value {
  const down = `${name}.downsample`;
  const shortcut = x.net.has(`${down}.0.weight`) ? batchNorm(conv(x, `${down}.0`, { stride: window.stride }), `${down}.1`) : x;
  return x.net.rename(relu(add(branch(x, name, window), shortcut)), name);
}

export interface ResnetDesign {
  readonly branch: Branch;
  /** Blocks of each stage. */
  readonly depths: readonly number[];
  /** The stages that are widened by dilation in place of being made smaller, for segmentation. */
  readonly dilated?: readonly number[];
}

/**
 * The stages of a ResNet, shallow to deep, of strides 4, 8, 16 and 32, or less where dilated. Widths and groups are those of the weights, so
 * ResNeXt and Wide ResNet are this too.
 * Source: He et al. 2015, arXiv:1512.03385; torchvision/models/resnet.py
 */
export function resnetStages(images: Value, { branch, depths, dilated = [] }: ResnetDesign, prefix = ''): Value[] {
  const stem = relu(batchNorm(conv(images, `${prefix}conv1`, { stride: 2, padding: 3 }), `${prefix}bn1`));
  let x = maxPool(stem, 3, { stride: 2, padding: 1 });
  let dilation = 1;
  return depths.map((depth, stage) => {
    const isDilated = dilated.includes(stage);
    for (let i = 0; i < depth; i++) {
      const stride = i > 0 || stage === 0 || isDilated ? 1 : 2;
      // The first block of a dilated stage still has the dilation of the stage before.
      x = block(x, `${prefix}layer${stage + 1}.${i}`, branch, { stride, dilation: isDilated && i > 0 ? 2 * dilation : dilation });
    }
    if (isDilated) dilation *= 2;
    return x;
  });
}

function resnet(branch: Branch, depths: readonly number[]): Architecture {
  return {
    size: 224,
    build: (_: Network, images) => {
      const last = resnetStages(images, { branch, depths }).at(-1) ?? images;
      return classify(flatten(globalAverage(last)), 'fc');
    },
  };
}

/** ResNet-50 and ResNet-101 with the last two stages dilated: the backbones of DeepLabV3 and FCN. */
export const dilatedResnets = {
  resnet50: { branch: bottleneck, depths: [3, 4, 6, 3], dilated: [2, 3] },
  resnet101: { branch: bottleneck, depths: [3, 4, 23, 3], dilated: [2, 3] },
} satisfies Record<string, ResnetDesign>;

/** Those of the same depths differ in their weights alone. */
const fifty = resnet(bottleneck, [3, 4, 6, 3]);
const hundred = resnet(bottleneck, [3, 4, 23, 3]);

export const resnets: ArchitectureTable = {
  resnet18: resnet(basic, [2, 2, 2, 2]),
  resnet34: resnet(basic, [3, 4, 6, 3]),
  resnet50: fifty,
  resnet101: hundred,
  resnet152: resnet(bottleneck, [3, 8, 36, 3]),
  resnext50_32x4d: fifty,
  resnext101_32x8d: hundred,
  resnext101_64x4d: hundred,
  wide_resnet50_2: fifty,
  wide_resnet101_2: hundred,
};
