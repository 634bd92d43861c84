import type { WorkflowContext } from '../context.js';
import { type DemoData, type DemoSplit, stopIfAsked } from './data.node.js';
import { differenceOf, type Paired } from './difference.js';
import type { MethodName } from './methods.js';
import type { DemoResult } from './result.js';
import { runners } from './runners.node.js';
import type { DemoSummary } from './summary.js';
import type { Hits, MethodRun, RateChoice, Runner, Trial } from './trial.js';

/** All methods on one seed. */
export interface SeedRun {
  readonly split: DemoSplit;
  readonly runs: ReadonlyMap<MethodName, MethodRun>;
}

/** Runs every method on one seed and says how each did. @throws DEMO_STOPPED */
export async function runSeed(trial: Trial, { events }: WorkflowContext): Promise<SeedRun> {
  const { split, signal } = trial;
  const runs = new Map<MethodName, MethodRun>();
  try {
    for (const [method, run] of Object.entries(runners) as [MethodName, Runner][]) {
      stopIfAsked(signal);
      events?.emit('progress', { stage: `seed ${split.seed}: ${method}`, done: runs.size, total: Object.keys(runners).length });
      const outcome = await run(trial, runs);
      runs.set(method, outcome);
      events?.emit('note', { text: lineOf(outcome.result) });
    }
    return { split, runs };
  } catch (error) {
    await closeTrainings({ split, runs });
    throw error;
  }
}

/** Ends what the trainings of a seed hold open. */
export async function closeTrainings({ runs }: SeedRun): Promise<void> {
  await Promise.all([...runs.values()].map(({ training }) => training?.session.close()));
}

export function resultsOf({ runs }: SeedRun): DemoResult[] {
  return [...runs.values()].map(({ result }) => result);
}

/** What training from scratch chose, on the first of these seeds. */
export function rateChoiceOf([first]: readonly SeedRun[]): RateChoice | undefined {
  return first?.runs.get('from scratch')?.training?.choice;
}

/** What fine-tuning adds to the probe it starts from, over all seeds. */
export function gainOf({ own, foreign }: DemoData, seeds: readonly SeedRun[]): DemoSummary['gain'] {
  const pairs = (hits: keyof Hits, indicesOf: (split: DemoSplit) => readonly number[], dataset: DemoData['own']): Paired[] =>
    seeds.flatMap(({ split, runs }) => {
      const [first, second] = [runs.get('fine-tuning')?.hits[hits] ?? [], runs.get('tap probe')?.hits[hits] ?? []];
      return indicesOf(split).map((index, row) => ({
        group: dataset.sample(index).group ?? '',
        first: first[row] === true,
        second: second[row] === true,
      }));
    });
  return {
    own: differenceOf(pairs('own', ({ heldOut }) => heldOut, own)),
    shifted: differenceOf(pairs('shifted', ({ shifted }) => shifted, foreign)),
  };
}

function lineOf({ method, seed, accuracy, shifted, seconds }: DemoResult): string {
  const share = (value: number): string => `${(100 * value).toFixed(1).padStart(5)}%`;
  return `seed ${seed}  ${method.padEnd(16)}  ${share(accuracy)}   other vendor ${share(shifted.accuracy)}   ${seconds.toFixed(1).padStart(5)} s`;
}
