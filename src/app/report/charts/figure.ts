import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { Html } from '../html.js';

// Plot builds its SVG in a DOM; this one is made of plain objects, so that charts are drawn wherever JavaScript runs.
const { document } = parseHTML('<html></html>');

/** Colours of series that people with any colour vision can tell apart; the style sheet has a light and a dark value of each. */
const SERIES = 6;

export function seriesColour(index: number): string {
  return `var(--series-${(index % SERIES) + 1})`;
}

/** Draws a chart as SVG that a screen reader announces by `label`. */
export function drawFigure(options: Plot.PlotOptions, label: string): Html {
  const figure = Plot.plot({ ...options, document, className: 'plot', style: { fontSize: '12px' } });
  figure.setAttribute('role', 'img');
  figure.setAttribute('aria-label', label);
  return new Html(figure.outerHTML);
}
