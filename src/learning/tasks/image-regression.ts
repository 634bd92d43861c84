import type { Task } from './task.js';
import { regression } from './tensor-regression.js';

/** One or more numbers an image. */
export const imageRegression: Task = { ...regression, name: 'image-regression', content: 'image' };
