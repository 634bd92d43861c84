import { classification } from './classification.js';
import type { Task } from './task.js';

/** One label a sample, whose inputs are given as tensors named after the graph's inputs. */
export const tensorClassification: Task = { ...classification, name: 'tensor-classification', content: 'tensors' };
