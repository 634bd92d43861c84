import { RegraftError } from '../../core/index.js';
import { classification } from './classification.js';
import type { Task } from './task.js';
import { regression } from './tensor-regression.js';
import type { TextReading } from './text/reading.js';
import { wholeTexts } from './text-classification.js';

/** Two texts that are read together. */
const pairs: TextReading = {
  ...wholeTexts,
  encode: async (samples, context, mode) => {
    const found = await wholeTexts.encode(samples, context, mode);
    return found.map((items, i) => (samples[i]?.content.pair === undefined ? new RegraftError('TEXT_NO_PAIR', {}) : items));
  },
};

const reading = { name: 'text-pair', content: 'text', text: pairs } as const;

/** What two texts are to each other: entailment, paraphrase. */
export const pairClassification: Task = { ...classification, ...reading };

/** How alike two texts are, as a number. */
export const pairRegression: Task = { ...regression, ...reading };
