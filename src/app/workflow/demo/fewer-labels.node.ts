import { fewer, LABELLED } from './data.node.js';
import type { FeatureSets } from './features.node.js';
import type { MethodName } from './methods.js';
import { accuracyWith } from './probes.node.js';
import type { DemoSummary } from './summary.js';
import type { Trial } from './trial.js';

const SHARES = [0.25, 0.5, 1];
const PROBES = { 'raw pixels': 'pixels', 'last-layer probe': 'lastLayer', 'tap probe': 'taps' } as const satisfies Partial<
  Record<MethodName, keyof FeatureSets>
>;

/** What the probes reach with a quarter and a half of the labelled images: where labels are few, a base is worth most. */
export async function probesWithFewerLabels(trial: Trial): Promise<DemoSummary['fewerLabels']> {
  const points: DemoSummary['fewerLabels'][number][] = [];
  for (const share of SHARES) {
    const perClass = Math.round(share * LABELLED);
    const labelled = fewer(trial.data, trial.split, perClass);
    for (const [method, set] of Object.entries(PROBES) as [keyof typeof PROBES, keyof FeatureSets][]) {
      points.push({ method, perClass, accuracy: await accuracyWith(trial, set, labelled) });
    }
  }
  return points;
}
