import type { ArchitectureTable } from './architecture.js';
import { convnexts } from './convnext.js';
import { efficientnets } from './efficientnet.js';
import { resnets } from './resnet.js';
import { segmentationNetworks } from './segmentation.js';
import { swinTransformers } from './swin.js';
import { visionTransformers } from './vision-transformer.js';

export type { Architecture } from './architecture.js';

/** The architectures of torchvision that Regraft builds from bare weights; one row adds a network. */
export const architectures: ArchitectureTable = {
  ...resnets,
  ...efficientnets,
  ...convnexts,
  ...visionTransformers,
  ...swinTransformers,
  ...segmentationNetworks,
};
