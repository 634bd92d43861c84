import type { FindRateResult } from '../../workflow/index.node.js';
import { rateChart } from '../rate-chart.js';
import { table } from '../table.js';
import { defineVerb, offlineOption } from '../verb.js';

/** `regraft lr-find SPEC` */
export const lrFind = defineVerb<FindRateResult>({
  syntax: 'lr-find <spec>',
  summary: 'Find a learning rate for a spec by a short sweep, and draw the losses.',
  example: 'regraft lr-find photos.yaml --out rates.html',
  options: [
    { flags: '--out <file>', description: 'the HTML file with the plot', fallback: 'learning-rate.html' },
    { flags: '--set <key=value...>', description: 'override a value of the spec' },
    offlineOption,
  ],
  run: async (input, context) => {
    const [{ findRate }, { loadSpec }] = await Promise.all([import('../../workflow/index.node.js'), import('../../spec/index.node.js')]);
    return findRate({ spec: await loadSpec(input.argument(0, 'spec'), input.list('set')), out: input.required('out') }, context);
  },
  format: ({ rates, losses, suggestions, out }, columns) =>
    [
      ...rateChart(rates, losses, suggestions.valley, columns),
      '',
      ...table(
        ['suggestion', 'learning rate'],
        Object.entries(suggestions).map(([name, rate]) => [name, rate.toExponential(2)]),
      ),
      '',
      `Plot: ${out}`,
      `Take it by: training: { optimizer: { lr: ${suggestions.valley.toPrecision(2)} } }, or lr: auto`,
    ].join('\n'),
});
