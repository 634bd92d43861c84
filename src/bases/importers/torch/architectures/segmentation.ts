import {
  add,
  batchNorm,
  concatenate,
  conv,
  convNorm,
  globalAverage,
  multiply,
  relu,
  resizeBilinear,
  sigmoid,
  type Value,
} from '../../torch-layers/index.js';
import type { Architecture, ArchitectureTable } from './architecture.js';
import { dilatedMobilenet, mobilenetV3Maps } from './mobilenet-v3.js';
import { dilatedResnets, type ResnetDesign, resnetStages } from './resnet.js';

/** The last map of a backbone, and the one before that an auxiliary head looks at. */
interface Maps {
  readonly last: Value;
  readonly earlier: Value;
}

type Head = (x: Value, name: string) => Value;

/** Height and width. */
function sizeOf(x: Value): [number, number] {
  return [Number(x.dims[2]), Number(x.dims[3])];
}

/** A 3×3 convolution, and one score a class. Source: Long et al. 2014, arXiv:1411.4038; torchvision/models/segmentation/fcn.py */
const fcnHead: Head = (x, name) => conv(relu(batchNorm(conv(x, `${name}.0`, { padding: 1 }), `${name}.1`)), `${name}.4`);

/**
 * The map seen through windows of growing dilation, and as a whole (ASPP).
 * Source: Chen et al. 2017, arXiv:1706.05587; torchvision/models/segmentation/deeplabv3.py
 */
const deepLabHead: Head = (x, name) => {
  const pyramid = `${name}.0.convs`;
  const near = convNorm(x, `${pyramid}.0`);
  const dilated = [12, 24, 36].map((dilation, i) => convNorm(x, `${pyramid}.${i + 1}`, { dilation }));
  const mean = relu(batchNorm(conv(globalAverage(x), `${pyramid}.4.1`), `${pyramid}.4.2`));
  const all = concatenate([near, ...dilated, resizeBilinear(mean, sizeOf(x))], 1);
  const joined = convNorm(all, `${name}.0.project`);
  const last = relu(batchNorm(conv(joined, `${name}.1`, { padding: 1 }), `${name}.2`));
  return conv(last, `${name}.4`);
};

/** Scores of the pixels from the last map, and from an earlier one where the file has a head for it, which training with both needs. */
function segmentation(backbone: (images: Value) => Maps, head: Head): Architecture {
  return {
    size: 520,
    build: (net, images) => {
      const { last, earlier } = backbone(images);
      const out = resizeBilinear(head(last, 'classifier'), sizeOf(images));
      if (!net.has('aux_classifier.0.weight')) return { out };
      return { out, aux: resizeBilinear(fcnHead(earlier, 'aux_classifier'), sizeOf(images)) };
    },
  };
}

function resnetMaps(design: ResnetDesign): (images: Value) => Maps {
  return (images) => {
    const [earlier = images, last = images] = resnetStages(images, design, 'backbone.').slice(-2);
    return { last, earlier };
  };
}

/** Stride 16, and stride 8 behind the fourth block. */
const mobilenet = (images: Value): Maps => {
  const maps = mobilenetV3Maps(images, dilatedMobilenet, 'backbone.');
  return { last: maps.at(-1) ?? images, earlier: maps[4] ?? images };
};

/**
 * Scores from the last map, weighted by a gate of its mean, and from an earlier one.
 * Source: Howard et al. 2019, arXiv:1905.02244; torchvision/models/segmentation/lraspp.py
 */
const lraspp: Architecture = {
  size: 520,
  build: (_, images) => {
    const { last, earlier } = mobilenet(images);
    const narrow = relu(batchNorm(conv(last, 'classifier.cbr.0'), 'classifier.cbr.1'));
    const gated = multiply(narrow, sigmoid(conv(globalAverage(last), 'classifier.scale.1')));
    const high = conv(resizeBilinear(gated, sizeOf(earlier)), 'classifier.high_classifier');
    return { out: resizeBilinear(add(conv(earlier, 'classifier.low_classifier'), high), sizeOf(images)) };
  },
};

const resnet50 = resnetMaps(dilatedResnets.resnet50);
const resnet101 = resnetMaps(dilatedResnets.resnet101);

export const segmentationNetworks: ArchitectureTable = {
  deeplabv3_resnet50: segmentation(resnet50, deepLabHead),
  deeplabv3_resnet101: segmentation(resnet101, deepLabHead),
  deeplabv3_mobilenet_v3_large: segmentation(mobilenet, deepLabHead),
  fcn_resnet50: segmentation(resnet50, fcnHead),
  fcn_resnet101: segmentation(resnet101, fcnHead),
  lraspp_mobilenet_v3_large: lraspp,
};
