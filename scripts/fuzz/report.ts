import type { Outcome } from './outcome.js';

/** What was read: inputs made of so many samples. */
interface Run {
  readonly reader: string;
  readonly seed: number;
  readonly samples: number;
}

/** The outcomes of a reader in numbers. */
export interface Row extends Run {
  readonly inputs: number;
  /** How many it read in spite of the damage. */
  readonly accepted: number;
  /** How many it refused, by the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: number;
  readonly slowestMilliseconds: number;
  readonly mostMebibytes: number;
}

export function summary(run: Run, outcomes: readonly Outcome[]): Row {
  const counts = new Map<string, number>();
  for (const { result } of outcomes) counts.set(result, (counts.get(result) ?? 0) + 1);
  const refused = [...counts].filter(([result]) => result !== 'accepted' && result !== 'failed').sort(([, a], [, b]) => b - a);
  const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
  return {
    ...run,
    inputs: outcomes.length,
    accepted: counts.get('accepted') ?? 0,
    refused: Object.fromEntries(refused),
    failures: counts.get('failed') ?? 0,
    slowestMilliseconds: most(outcomes.map(({ milliseconds }) => milliseconds)),
    mostMebibytes: Math.round(most(outcomes.map(({ bytes }) => bytes)) / 2 ** 20),
  };
}

export function tableOf(rows: readonly Row[]): string {
  return rows
    .map(({ reader, inputs, accepted, refused, failures, slowestMilliseconds, mostMebibytes }) => {
      const codes = Object.entries(refused).map(([code, count]) => `${code} ${count}`);
      const numbers = `${inputs} inputs, ${accepted} accepted, ${failures} failed, ${slowestMilliseconds} ms, ${mostMebibytes} MiB`;
      return `${reader.padEnd(18)} ${numbers}; refused: ${codes.join(', ')}`;
    })
    .join('\n');
}
