import type { DiffResult } from '../../workflow/index.node.js';
import { table } from '../table.js';
import { defineVerb } from '../verb.js';

/** Characters of a value that are shown. */
const WIDEST = 48;
/** Characters of a SHA-256 that tell it from others. */
const DIGEST = 12;

/** `regraft diff A B` */
export const diff = defineVerb<DiffResult>({
  syntax: 'diff <a> <b>',
  summary: 'Show what differs between two specs, runs or bundles: settings, hashes, versions and metrics.',
  example: 'regraft diff runs/first runs/second',
  options: [],
  run: async (input) => {
    const workflow = await import('../../workflow/index.node.js');
    return workflow.diff(input.argument(0, 'a'), input.argument(1, 'b'));
  },
  format: (result) =>
    [
      `A: ${result.a.path} (${result.a.kind})\nB: ${result.b.path} (${result.b.kind})`,
      ...(result.same ? ['Nothing differs in what both record.'] : []),
      ...section('Spec', result.spec),
      ...section('Base and data', result.sources),
      ...section('Versions', result.versions),
      ...section('Machine', result.machine),
      ...metrics(result.metrics),
      ...seconds(result.seconds),
      ...(result.notes.length > 0 ? [result.notes.join('\n')] : []),
    ].join('\n\n'),
});

function section(title: string, rows: DiffResult['spec']): string[] {
  if (rows.length === 0) return [];
  const lines = table(
    ['key', 'A', 'B'],
    rows.map((row) => [row.key, valueText(row.a), valueText(row.b)]),
  );
  return [[title, ...lines].join('\n')];
}

/** A value as a spec would say it; – where it is missing. */
function valueText(value: unknown): string {
  if (value === undefined) return '–';
  if (typeof value === 'string' && /^[\da-f]{64}$/.test(value)) return `${value.slice(0, DIGEST)}…`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text;
}

function metrics(rows: DiffResult['metrics']): string[] {
  if (rows.length === 0) return [];
  const lines = table(
    ['metric', 'A', 'B', 'B − A', '95% intervals'],
    rows.map(({ split, metric, a, b, difference, overlap }) => [
      `${split} ${metric}`,
      measured(a),
      measured(b),
      difference === undefined ? '–' : `${difference > 0 ? '+' : ''}${difference.toFixed(4)}`,
      overlap === undefined ? '–' : overlap ? 'overlap' : 'apart',
    ]),
  );
  return [['Metrics', ...lines].join('\n')];
}

function measured(value: DiffResult['metrics'][number]['a']): string {
  if (value === undefined) return '–';
  const [low, high] = value.interval;
  return `${value.value.toFixed(4)} (${low.toFixed(4)} – ${high.toFixed(4)})`;
}

function seconds(both: DiffResult['seconds']): string[] {
  return both ? [`From start to end: A ${both.a.toFixed(1)} s, B ${both.b.toFixed(1)} s.`] : [];
}
