import type { Family } from '../family.js';
import { albert } from './albert.js';
import { bert } from './bert.js';
import { debertaV2 } from './deberta-v2.js';
import { distilbert } from './distilbert.js';
import { electra } from './electra.js';
import { mpnet } from './mpnet.js';
import { camembert, roberta, xlmRoberta } from './roberta.js';

/** The model types of transformers that Regraft builds; a file and a row add one. */
export const families: readonly Family[] = [bert, roberta, xlmRoberta, camembert, distilbert, albert, electra, mpnet, debertaV2];
