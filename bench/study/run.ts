import { cpus } from 'node:os';
import type { Finished, Journal } from './journal.js';
import type { StudyResult } from './result.js';
import type { Trial } from './trial.js';

/** Runs the trials that the journal does not have yet. @returns what came of all of them */
export async function runTrials(trials: readonly Trial[], journal: Journal): Promise<Finished[]> {
  for (const [done, trial] of trials.entries()) {
    if (journal.of(trial) !== undefined) continue;
    const outcome = await trial.run();
    journal.add(trial, outcome);
    const { study, data, size, method, seed } = trial;
    const place = `${done + 1} of ${trials.length}`;
    console.log(`${place}: ${study}, ${data} ${size}, ${method}, seed ${seed}: ${outcome.score.toFixed(3)} in ${outcome.seconds.toFixed(1)} s`);
  }
  return trials.flatMap((trial) => journal.of(trial) ?? []);
}

export function machine(): StudyResult['machine'] {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
}
