import { alexnets } from './alexnet.js';
import type { ArchitectureTable } from './architecture.js';
import { densenets } from './densenet.js';
import { googlenets } from './googlenet.js';
import { inceptions } from './inception.js';
import { mnasnets } from './mnasnet.js';
import { mobilenetsV2 } from './mobilenet-v2.js';
import { mobilenetsV3 } from './mobilenet-v3.js';
import { regnets } from './regnet.js';
import { resnets } from './resnet.js';
import { shufflenets } from './shufflenet.js';
import { squeezenets } from './squeezenet.js';
import { vggs } from './vgg.js';

export type { Architecture } from './architecture.js';

/** The architectures of torchvision that Regraft builds from bare weights; one row adds a network. */
export const architectures: ArchitectureTable = {
  ...alexnets,
  ...densenets,
  ...googlenets,
  ...inceptions,
  ...mnasnets,
  ...mobilenetsV2,
  ...mobilenetsV3,
  ...regnets,
  ...resnets,
  ...shufflenets,
  ...squeezenets,
  ...vggs,
};
