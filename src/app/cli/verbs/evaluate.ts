import { fail } from '../../../core/index.js';
import type { EvaluateRequest, EvaluateResult } from '../../workflow/index.node.js';
import { table } from '../table.js';
import { chosenViews, ttaOption } from '../tta-option.js';
import { defineVerb, hintFor, type VerbInput } from '../verb.js';

/** Confusion matrices up to this size are shown whole. */
const MOST_CLASSES = 12;
/** Confusions that are shown of larger ones. */
const SHOWN = 10;
/** Characters a column heading may take. */
const HEADING = 8;

/** `regraft evaluate RUN|BUNDLE` */
export const evaluate = defineVerb<EvaluateResult>({
  syntax: 'evaluate <target>',
  summary: 'Measure a trained model on labelled data: metrics with 95% intervals, and what is taken for what.',
  example: 'regraft evaluate runs/first --data ./photos/test --out report.html',
  options: [
    { flags: '--data <path>', description: 'labelled data; default: what the run held out' },
    { flags: '--split <name>', description: 'which held-out data of the run: test or validation' },
    { flags: '--columns <role=column...>', description: 'which column of a table is what, such as image=file label=category' },
    ttaOption,
    { flags: '--out <file>', description: 'write an HTML report' },
  ],
  run: async (input, context) => {
    const { evaluate: measure } = await import('../../workflow/index.node.js');
    const { columnsSchema } = await import('../../../learning/data/index.js');
    const [data, report] = [input.option('data'), input.option('out')];
    const request = { target: input.argument(0, 'target'), ...splitOption(input), ...columnsOption(input, Object.keys(columnsSchema.shape)) };
    return measure(
      { ...request, ...(await chosenViews(input)), ...(data === undefined ? {} : { data }), ...(report === undefined ? {} : { report }) },
      context,
    );
  },
  format: (result) =>
    [
      heading(result),
      '',
      ...metricLines(result),
      ...confusionLines(result),
      ...perOutputLines(result),
      ...(result.report ? ['', `Report: ${result.report}`] : []),
    ].join('\n'),
});

function splitOption(input: VerbInput): Pick<EvaluateRequest, 'split'> {
  const split = input.choice('split', ['test', 'validation']);
  return split === undefined ? {} : { split };
}

function columnsOption(input: VerbInput, roles: readonly string[]): Pick<EvaluateRequest, 'columns'> {
  const pairs = input.list('columns').map((text) => {
    const [role, column] = text.split('=');
    if (!role || !column) fail('CLI_USAGE', { reason: `--columns takes role=column, such as label=category, not "${text}"` });
    if (!roles.includes(role)) fail('CLI_USAGE', { reason: `--columns has no role "${role}", only ${roles.join(', ')}${hintFor(role, roles)}` });
    return [role, column] as const;
  });
  return pairs.length === 0 ? {} : { columns: Object.fromEntries(pairs) };
}

function heading({ bundle, data, split, tta, samples, skipped, seconds }: EvaluateResult): string {
  const left = skipped.length > 0 ? `, ${skipped.length} left out` : '';
  return `${bundle} on ${split ? `its ${split} data` : data}: ${samples} samples${left}${tta ? `, ${tta} averaged` : ''}, ${seconds.toFixed(1)} s`;
}

function metricLines({ metrics }: EvaluateResult): string[] {
  return table(
    ['metric', 'value', '95% interval'],
    Object.entries(metrics).map(
      ([
        name,
        {
          value,
          interval: [low, high],
        },
      ]) => [name, value.toFixed(4), `${low.toFixed(4)} – ${high.toFixed(4)}`],
    ),
  );
}

function confusionLines({ confusion }: EvaluateResult): string[] {
  if (confusion === undefined) return [];
  return ['', ...(confusion.labels.length <= MOST_CLASSES ? matrixLines(confusion) : mistakeLines(confusion))];
}

/** What an output lacks, such as the IoU of a class that does not occur, is a dash. */
function perOutputLines({ perOutput = {} }: EvaluateResult): string[] {
  const names = [...new Set(Object.values(perOutput).flatMap((metrics) => Object.keys(metrics)))];
  if (names.length === 0) return [];
  const cell = (value: number | undefined): string => (value === undefined ? '–' : Number.isInteger(value) ? String(value) : value.toFixed(4));
  const rows = Object.entries(perOutput).map(([label, metrics]) => [label, ...names.map((name) => cell(metrics[name]))]);
  return ['', ...table(['', ...names], rows)];
}

type Confusion = NonNullable<EvaluateResult['confusion']>;

function matrixLines({ labels, counts }: Confusion): string[] {
  const short = labels.map((label) => (label.length > HEADING ? `${label.slice(0, HEADING - 1)}…` : label));
  return table(
    ['true ↓  predicted →', ...short],
    counts.map((row, index) => [labels[index] ?? '', ...row.map((count) => (count === 0 ? '·' : count))]),
  );
}

function mistakeLines({ labels, counts }: Confusion): string[] {
  const mistakes = counts
    .flatMap((row, from) => row.map((count, to) => ({ from, to, count })))
    .filter(({ from, to, count }) => from !== to && count > 0);
  const most = mistakes.sort((a, b) => b.count - a.count).slice(0, SHOWN);
  if (most.length === 0) return ['No mistakes.'];
  return table(
    ['true', 'taken for', 'times'],
    most.map(({ from, to, count }) => [labels[from] ?? '', labels[to] ?? '', count]),
  );
}
