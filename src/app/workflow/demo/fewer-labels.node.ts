import { fewer, LABELLED } from './data.node.js';
import type { FeatureSets } from './features.node.js';
import type { MethodName } from './methods.js';
import { accuracyWith } from './probes.node.js';
import type { DemoSummary } from './summary.js';
import type { MethodRun, Trial } from './trial.js';

const SHARES = [0.25, 0.5];
const PROBES = { 'raw pixels': 'pixels', 'last-layer probe': 'lastLayer', 'tap probe': 'taps' } as const satisfies Partial<
  Record<MethodName, keyof FeatureSets>
>;

/**
 * What the probes reach with a quarter, a half and all of the labelled images: where labels are few, a base is worth most.
 * @param whole the probes with all of them
 */
export async function probesWithFewerLabels(trial: Trial, whole: ReadonlyMap<MethodName, MethodRun>): Promise<DemoSummary['fewerLabels']> {
  const points: DemoSummary['fewerLabels'][number][] = [];
  for (const share of SHARES) {
    const perOutput = Math.round(share * LABELLED);
    const labelled = fewer(trial.data, trial.split, perOutput);
    for (const [method, set] of Object.entries(PROBES) as [keyof typeof PROBES, keyof FeatureSets][]) {
      points.push({ method, perOutput, accuracy: await accuracyWith(trial, set, labelled) });
    }
  }
  const full = Object.keys(PROBES) as (keyof typeof PROBES)[];
  return [...points, ...full.map((method) => ({ method, perOutput: LABELLED, accuracy: whole.get(method)?.result.accuracy ?? Number.NaN }))];
}
