import { classification } from './classification.js';
import type { Task } from './task.js';

/** One label an image. */
export const imageClassification: Task = { ...classification, name: 'image-classification', content: 'image' };
