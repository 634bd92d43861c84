import type { Preprocessing } from '../../preprocessing.js';
import { convNeXts } from './convnext.js';
import { densenets } from './densenet.js';
import { efficientNets } from './efficientnet.js';
import { efficientNetV2s } from './efficientnet-v2.js';
import { inceptionResNets } from './inception-resnet.js';
import { inceptionV3s } from './inception-v3.js';
import { mobileNets } from './mobilenet.js';
import { mobileNetV2s } from './mobilenet-v2.js';
import { mobileNetV3s } from './mobilenet-v3.js';
import { nasnets } from './nasnet.js';
import { type Architecture, Network } from './network.js';
import { resnets } from './resnet.js';
import type { Applications, Design, Preparation } from './types.js';
import { vggs } from './vgg.js';
import { xceptions } from './xception.js';

/** The architectures of Keras Applications by name; a family has a file. */
export const applications: Applications = {
  ...vggs,
  ...resnets,
  ...inceptionV3s,
  ...inceptionResNets,
  ...xceptions,
  ...nasnets,
  ...mobileNets,
  ...mobileNetV2s,
  ...mobileNetV3s,
  ...densenets,
  ...efficientNets,
  ...efficientNetV2s,
  ...convNeXts,
};

/**
 * What a pixel becomes before the network sees it.
 * Source: keras/src/applications/imagenet_utils.py, whose statistics are those of ImageNet.
 */
export const preparations: Readonly<Record<Preparation, Pick<Preprocessing, 'order' | 'range' | 'mean' | 'std'>>> = {
  caffe: { order: 'bgr', range: [0, 255], mean: [103.939, 116.779, 123.68] },
  tf: { order: 'rgb', range: [-1, 1] },
  torch: { order: 'rgb', range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  none: { order: 'rgb', range: [0, 255] },
};

/** A design for RGB images of a size. @param classes none for the features alone */
export function buildApplication(name: string, design: Design, size: number, classes: number | undefined): Architecture {
  const net = new Network();
  return net.finish(name, design(net.input([size, size], 3), classes));
}
