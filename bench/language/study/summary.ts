import { groupBy } from '../../../src/core/index.js';
import { meanInterval } from '../../../src/trust/evaluation/index.js';
import { PLAIN } from './adaptation.js';
import type { Finished } from './journal.js';
import type { Gain, Row } from './result.js';

/** What is compared with what, by study: differences are only of interest between these. */
const COMPARED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'few labels': [
    ['probe', 'TF-IDF'],
    ['setfit', 'probe'],
    ['lora', 'probe'],
    ['fine-tune', 'probe'],
    ['fine-tune', 'TF-IDF'],
    ['fine-tune', 'scratch'],
  ],
  adaptation: [
    ['hypernyms', PLAIN],
    ['examples', PLAIN],
  ],
  tagging: [
    ['full', 'scratch'],
    ['full', 'head'],
    ['head', 'scratch'],
  ],
};

export function rowsOf(finished: readonly Finished[]): Row[] {
  const groups = groupBy(finished, ({ study, data, size, method }) => JSON.stringify([study, data, size, method]));
  return [...groups.values()].map((trials) => {
    const [{ study, data, size, method, parameters }] = trials as [Finished];
    const { mean, interval } = meanInterval(trials.map(({ accuracy }) => accuracy));
    const seconds = meanInterval(trials.map((trial) => trial.seconds)).mean;
    return { study, data, size, method, seeds: trials.length, accuracy: mean, interval, seconds, parameters };
  });
}

/** Differences seed by seed, where both methods ran on two seeds or more. */
export function gainsOf(finished: readonly Finished[]): Gain[] {
  const settings = groupBy(finished, ({ study, data, size }) => JSON.stringify([study, data, size]));
  return [...settings.values()].flatMap((trials) => {
    const [{ study, data, size }] = trials as [Finished];
    return (COMPARED[study] ?? []).flatMap(([method, over]) => {
      const differences = pairsOf(trials, method, over);
      return differences.length < 2 ? [] : [{ study, data, size, method, over, ...meanInterval(differences) }];
    });
  });
}

function pairsOf(trials: readonly Finished[], method: string, over: string): number[] {
  const accuracies = (name: string): Map<number, number> =>
    new Map(trials.filter((trial) => trial.method === name).map(({ seed, accuracy }) => [seed, accuracy]));
  const other = accuracies(over);
  return [...accuracies(method)].flatMap(([seed, accuracy]) => (other.has(seed) ? [accuracy - (other.get(seed) as number)] : []));
}
