import { classification } from './classification.js';
import { multiLabel } from './multi-label.js';
import type { Task } from './task.js';
import { encodeTexts, textAndPair } from './text/encode-texts.js';
import type { TextReading } from './text/reading.js';

/** A text, or two that are read together, as one item; cut where it is too long. */
export const wholeTexts: TextReading = {
  unit: 'text',
  encode: (samples, context) => encodeTexts(samples, context, textAndPair),
};

const reading = { name: 'text-classification', content: 'text', text: wholeTexts } as const;

/** One class a text: its topic, its sentiment. */
export const textClassification: Task = { ...classification, ...reading };

/** Any number of classes a text. */
export const textLabelling: Task = { ...multiLabel, ...reading };
