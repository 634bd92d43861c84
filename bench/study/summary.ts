import { groupBy } from '../../src/core/index.js';
import { meanInterval } from '../../src/trust/evaluation/index.js';
import type { Finished } from './journal.js';
import type { Gain, Row } from './result.js';

/** What is compared with what, by study: differences are only of interest between these. */
export type Compared = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** A row for each method on each data set of each size. */
export function rowsOf(finished: readonly Finished[]): Row[] {
  const groups = groupBy(finished, ({ study, data, size, method }) => JSON.stringify([study, data, size, method]));
  return [...groups.values()].map((trials) => {
    const [{ study, data, size, method, parameters }] = trials as [Finished];
    const { mean, interval } = meanInterval(trials.map(({ score }) => score));
    const seconds = meanInterval(trials.map((trial) => trial.seconds)).mean;
    return { study, data, size, method, seeds: trials.length, score: mean, interval, seconds, parameters };
  });
}

/** Differences seed by seed, where both methods ran on two seeds or more. */
export function gainsOf(finished: readonly Finished[], compared: Compared): Gain[] {
  const settings = groupBy(finished, ({ study, data, size }) => JSON.stringify([study, data, size]));
  return [...settings.values()].flatMap((trials) => {
    const [{ study, data, size }] = trials as [Finished];
    return (compared[study] ?? []).flatMap(([method, over]) => {
      const differences = pairsOf(trials, method, over);
      return differences.length < 2 ? [] : [{ study, data, size, method, over, ...meanInterval(differences) }];
    });
  });
}

function pairsOf(trials: readonly Finished[], method: string, over: string): number[] {
  const scores = (name: string): Map<number, number> =>
    new Map(trials.filter((trial) => trial.method === name).map(({ seed, score }) => [seed, score]));
  const other = scores(over);
  return [...scores(method)].flatMap(([seed, score]) => (other.has(seed) ? [score - (other.get(seed) as number)] : []));
}
