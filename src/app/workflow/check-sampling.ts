import { fail } from '../../core/index.js';
import type { Dataset } from '../../learning/data/index.js';
import type { RunSpec } from '../spec/index.js';

/** @throws SAMPLER_CLASSES where samples cannot be drawn by their class */
export function checkSampler({ task, training: { sampler } }: RunSpec, { kind, target }: Dataset): void {
  const isDrawn = kind !== 'text' && target.kind === 'classes';
  if (sampler !== 'shuffle' && !isDrawn) fail('SAMPLER_CLASSES', { sampler, task, content: kind, target: target.kind });
}
