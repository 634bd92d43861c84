import { alexnets } from './alexnet.js';
import type { ArchitectureTable } from './architecture.js';
import { convnexts } from './convnext.js';
import { densenets } from './densenet.js';
import { efficientnets } from './efficientnet.js';
import { googlenets } from './googlenet.js';
import { inceptions } from './inception.js';
import { maxvits } from './maxvit.js';
import { mnasnets } from './mnasnet.js';
import { mobilenetsV2 } from './mobilenet-v2.js';
import { mobilenetsV3 } from './mobilenet-v3.js';
import { regnets } from './regnet.js';
import { resnets } from './resnet.js';
import { segmentationNetworks } from './segmentation.js';
import { shufflenets } from './shufflenet.js';
import { squeezenets } from './squeezenet.js';
import { swinTransformers } from './swin.js';
import { vggs } from './vgg.js';
import { visionTransformers } from './vision-transformer.js';

export type { Architecture } from './architecture.js';

/** The architectures of torchvision that Regraft builds from bare weights; one row adds a network. */
export const architectures: ArchitectureTable = {
  ...alexnets,
  ...convnexts,
  ...densenets,
  ...efficientnets,
  ...googlenets,
  ...inceptions,
  ...maxvits,
  ...mnasnets,
  ...mobilenetsV2,
  ...mobilenetsV3,
  ...regnets,
  ...resnets,
  ...segmentationNetworks,
  ...shufflenets,
  ...squeezenets,
  ...swinTransformers,
  ...vggs,
  ...visionTransformers,
};
