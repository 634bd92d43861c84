import type { ResultRow } from '../../report/index.js';

/** Every method the demo compares, in the order a reader meets them: its part in the comparison, and what it is. */
export const methods = {
  'majority class': { role: 'baseline', note: 'the most common class, always' },
  'raw pixels': { role: 'baseline', note: 'logistic regression on 32×32 pixels' },
  'from scratch': { role: 'baseline', note: 'random weights, as long as fine-tuning took' },
  'last-layer probe': { role: 'candidate', note: 'logistic regression on the layer before the head' },
  'tap probe': { role: 'candidate', note: 'logistic regression on four middle layers' },
  'fine-tuning': { role: 'candidate', note: 'tap probe, then the upper blocks' },
} as const satisfies Readonly<Record<string, { readonly role: ResultRow['role']; readonly note: string }>>;

export type MethodName = keyof typeof methods;

export const methodNames = Object.keys(methods) as MethodName[];
