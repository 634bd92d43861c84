import * as Plot from '@observablehq/plot';
import type { Curve } from '../data.js';
import { type Html, html } from '../html.js';
import { drawFigure, seriesColour } from './figure.js';

/** Series with at most this many points show each of them. */
const MARKED = 40;

/** Lines over steps or epochs, with a legend that is text. */
export function drawCurve(curve: Curve): Html {
  const marks = curve.series.flatMap(({ name, points }, index) => {
    const channels = { x: '0', y: '1', stroke: seriesColour(index) };
    const dots = points.length <= MARKED ? [Plot.dot(points, { ...channels, r: 2.5, fill: seriesColour(index), title: title(name) })] : [];
    return [Plot.lineY(points, { ...channels, strokeWidth: 2 }), ...dots];
  });
  const chart = drawFigure(
    {
      width: 560,
      height: 300,
      marginLeft: 48,
      marginBottom: 44,
      x: { label: curve.x, ticks: wholeTicks(curve) },
      y: { label: curve.y, grid: true, nice: true, ticks: 6 },
      marks,
    },
    describe(curve),
  );
  return html`<figure>
<figcaption><b>${curve.title}</b>${curve.series.length > 1 && legend(curve)}</figcaption>
${chart}
</figure>`;
}

/** Ticks at whole steps only. */
function wholeTicks({ series }: Curve): number {
  const steps = series.flatMap(({ points }) => points.map(([x]) => x));
  return Math.max(1, Math.min(6, Math.max(...steps) - Math.min(...steps)));
}

function title(name: string): (point: readonly [number, number]) => string {
  return ([x, y]) => `${name}: ${y.toPrecision(4)} at ${x}`;
}

function legend({ series }: Curve): Html {
  return html`<ul class="legend">${series.map(({ name }, index) => html`<li><i style="background:${seriesColour(index)}"></i>${name}</li>`)}</ul>`;
}

/** The chart in one sentence, for those who cannot see it. */
function describe({ title: name, series, x, y }: Curve): string {
  const ends = series.map(({ name: line, points }) => `${line} goes from ${points[0]?.[1].toPrecision(3)} to ${points.at(-1)?.[1].toPrecision(3)}`);
  return `${name}: ${y} by ${x}. ${ends.join('; ')}.`;
}
