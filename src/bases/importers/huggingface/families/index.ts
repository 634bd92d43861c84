import type { Family } from '../family.js';
import { bert } from './bert.js';

/** The model types of transformers that Regraft builds; a file and a row add one. */
export const families: readonly Family[] = [bert];
