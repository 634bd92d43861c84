import { classification } from './classification.js';
import { multiLabel } from './multi-label.js';
import type { Task } from './task.js';

/** One label an image. */
export const imageClassification: Task = { ...classification, name: 'image-classification', content: 'image' };

/** Any number of labels an image. */
export const imageLabelling: Task = { ...multiLabel, name: 'image-classification', content: 'image' };
