import type { Family } from '../family.js';
import { albert } from './albert.js';
import { bert } from './bert.js';
import { clip, clipTowers } from './clip.js';
import { convnext, convnextv2 } from './convnext.js';
import { debertaV2 } from './deberta-v2.js';
import { deit } from './deit.js';
import { dinov2 } from './dinov2.js';
import { distilbert } from './distilbert.js';
import { electra } from './electra.js';
import { gpt2 } from './gpt2.js';
import { llama, mistral, qwen2, qwen3 } from './llama.js';
import { mpnet } from './mpnet.js';
import { resnet } from './resnet.js';
import { camembert, roberta, xlmRoberta } from './roberta.js';
import { swin } from './swin.js';
import { t5 } from './t5.js';
import { vit } from './vit.js';

const encoders: readonly Family[] = [bert, roberta, xlmRoberta, camembert, distilbert, albert, electra, mpnet, debertaV2, t5];
const decoders: readonly Family[] = [gpt2, llama, mistral, qwen2, qwen3];
const images: readonly Family[] = [clip, ...clipTowers, convnext, convnextv2, deit, dinov2, resnet, swin, vit];

/** The model types of transformers that Regraft builds; a file and a row add one. */
export const families: readonly Family[] = [...encoders, ...decoders, ...images];
