import { majority } from './majority.js';
import type { MethodName } from './methods.js';
import { probe } from './probes.node.js';
import { fineTuning, fromScratch } from './trainings.node.js';
import type { Runner } from './trial.js';

/** How each method is run, in the order in which they need each other. */
export const runners: Readonly<Record<MethodName, Runner>> = {
  'majority class': majority,
  'raw pixels': probe('raw pixels', 'pixels'),
  'last-layer probe': probe('last-layer probe', 'lastLayer'),
  'tap probe': probe('tap probe', 'taps'),
  'fine-tuning': fineTuning,
  'from scratch': fromScratch,
};
