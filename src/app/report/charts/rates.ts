import * as Plot from '@observablehq/plot';
import type { RateChart } from '../data.js';
import type { Html } from '../html.js';
import { drawFigure, seriesColour } from './figure.js';

/** The loss over learning rates, on a logarithmic axis, with a line at each suggestion. */
export function drawRates({ rates, losses, suggestions }: RateChart): Html {
  const points = rates.map((rate, i) => [rate, losses[i] as number] as const);
  const marked = Object.entries(suggestions).map(([name, rate], index) => ({ name, rate, stroke: seriesColour(index + 1) }));
  return drawFigure(
    {
      width: 960,
      height: 360,
      marginLeft: 56,
      marginTop: 36,
      marginBottom: 44,
      x: { type: 'log', label: 'learning rate', tickFormat: (rate: number) => rate.toExponential(0) },
      y: { label: 'loss, smoothed', grid: true, nice: true, ticks: 6 },
      color: { type: 'identity' },
      marks: [
        Plot.ruleX(marked, { x: 'rate', stroke: 'stroke', strokeWidth: 2, strokeDasharray: '4 3' }),
        Plot.lineY(points, { x: '0', y: '1', stroke: seriesColour(0), strokeWidth: 2 }),
        // One below the other: suggestions may lie close to each other.
        ...marked.map((one, i) => Plot.text([one], { x: 'rate', frameAnchor: 'top', text: 'name', fill: 'stroke', dy: 12 * i - 26 })),
      ],
    },
    `The loss by the learning rate. ${marked.map(({ name, rate }) => `${name}: ${rate.toExponential(1)}`).join(', ')}.`,
  );
}
