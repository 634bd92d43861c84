import type { ResultRow, ResultTable, Verdict } from './data.js';
import { capitalise, formatValue } from './format.js';

/**
 * Compares the best candidate with the best baseline: better only where the 95% intervals do not overlap, worse likewise, and
 * otherwise not to be told apart. A table without one of the two is `mixed`.
 */
export function judge(table: ResultTable): Verdict {
  const candidate = best(table, 'candidate');
  const baseline = best(table, 'baseline');
  if (!candidate || !baseline) {
    return {
      tone: 'mixed',
      headline: 'There is nothing to compare with.',
      points: ['Without a baseline nobody can tell whether the transfer was worth it.'],
    };
  }
  const points = [describe(candidate, table), describe(baseline, table), ...unhelpful(table, baseline)];
  if (isAbove(candidate, baseline, table)) return { tone: 'good', headline: `${capitalise(candidate.name)} is better than every baseline.`, points };
  if (isAbove(baseline, candidate, table)) {
    return { tone: 'bad', headline: `Transfer did not help: ${baseline.name} is better than every candidate.`, points };
  }
  return {
    tone: 'mixed',
    headline: `${capitalise(candidate.name)} cannot be told apart from ${baseline.name}.`,
    points: [...points, 'Their 95% intervals overlap; more held-out samples would narrow them.'],
  };
}

/** Candidates that are below the best baseline, named one by one. */
function unhelpful(table: ResultTable, baseline: ResultRow): string[] {
  return table.rows
    .filter((row) => row.role === 'candidate' && isAbove(baseline, row, table))
    .map((row) => `${capitalise(row.name)} did not help: it is below ${baseline.name}.`);
}

function best({ rows, better }: ResultTable, role: ResultRow['role']): ResultRow | undefined {
  const sign = better === 'higher' ? 1 : -1;
  return rows.filter((row) => row.role === role).sort((a, b) => sign * (b.value - a.value))[0];
}

/** Whether the whole interval of `a` is on the better side of that of `b`. */
function isAbove(a: ResultRow, b: ResultRow, { better }: ResultTable): boolean {
  return better === 'higher' ? a.interval[0] > b.interval[1] : a.interval[1] < b.interval[0];
}

function describe({ name, value, interval: [low, high] }: ResultRow, { metric, unit }: ResultTable): string {
  return `${capitalise(name)}: ${metric} ${formatValue(value, unit)}, between ${formatValue(low, unit)} and ${formatValue(high, unit)}.`;
}
