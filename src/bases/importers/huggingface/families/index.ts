import type { Family } from '../family.js';
import { bert } from './bert.js';
import { clip, clipTowers } from './clip.js';
import { convnext, convnextv2 } from './convnext.js';
import { deit } from './deit.js';
import { dinov2 } from './dinov2.js';
import { resnet } from './resnet.js';
import { swin } from './swin.js';
import { vit } from './vit.js';

/** The model types of transformers that Regraft builds; a file and a row add one. */
export const families: readonly Family[] = [bert, clip, ...clipTowers, convnext, convnextv2, deit, dinov2, resnet, swin, vit];
