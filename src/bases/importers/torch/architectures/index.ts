import type { ArchitectureTable } from './architecture.js';
import { resnets } from './resnet.js';

export type { Architecture } from './architecture.js';

/** The architectures of torchvision that Regraft builds from bare weights; one row adds a network. */
export const architectures: ArchitectureTable = { ...resnets };
