import type { Compared } from '../../study/summary.js';
import { PLAIN } from './adaptation.js';

/** What the page compares, by study. */
export const COMPARED: Compared = {
  'few labels': [
    ['probe', 'TF-IDF'],
    ['setfit', 'probe'],
    ['lora', 'probe'],
    ['fine-tune', 'probe'],
    ['fine-tune', 'TF-IDF'],
    ['fine-tune', 'scratch'],
  ],
  adaptation: [
    ['hypernyms', PLAIN],
    ['examples', PLAIN],
  ],
  tagging: [
    ['full', 'scratch'],
    ['full', 'head'],
    ['head', 'scratch'],
  ],
};
