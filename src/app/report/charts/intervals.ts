import * as Plot from '@observablehq/plot';
import type { ResultRow, ResultTable } from '../data.js';
import { formatValue } from '../format.js';
import type { Html } from '../html.js';
import { drawFigure } from './figure.js';

const ROW_HEIGHT = 34;
/** Colour of each role; the table uses the same. */
export const roleColours: Readonly<Record<ResultRow['role'], string>> = {
  candidate: 'var(--series-1)',
  baseline: 'var(--series-2)',
  reference: 'var(--muted)',
};

/** The rows of a table as points with their 95% intervals; the values of single seeds as small rings. */
export function drawIntervals({ rows, metric, unit, title }: ResultTable): Html {
  const y = ({ name }: ResultRow): string => name;
  const stroke = ({ role }: ResultRow): string => roleColours[role];
  const seeds = rows.flatMap((row) => (row.seeds ?? []).map((value) => ({ name: row.name, value, stroke: roleColours[row.role] })));
  return drawFigure(
    {
      width: 960,
      height: rows.length * ROW_HEIGHT + 64,
      marginLeft: Math.min(260, 24 + 7 * Math.max(...rows.map(({ name }) => name.length))),
      marginRight: 64,
      marginBottom: 44,
      x: {
        label: `${metric} with 95% interval`,
        grid: true,
        nice: true,
        ...(unit === 'share' ? { tickFormat: (value: number) => `${Math.round(value * 100)}%` } : {}),
      },
      y: { label: null, domain: rows.map(({ name }) => name), tickSize: 0 },
      color: { type: 'identity' },
      marks: [
        Plot.ruleY(rows, {
          y,
          x1: ({ interval }: ResultRow) => interval[0],
          x2: ({ interval }: ResultRow) => interval[1],
          stroke,
          strokeWidth: 3,
          strokeLinecap: 'round',
        }),
        Plot.dot(seeds, { x: 'value', y: 'name', stroke: 'stroke', r: 3, strokeOpacity: 0.6 }),
        Plot.dot(rows, { y, x: 'value', fill: stroke, r: 5.5 }),
        Plot.text(rows, {
          y,
          x: ({ interval }: ResultRow) => interval[1],
          text: ({ value }: ResultRow) => formatValue(value, unit),
          dx: 10,
          textAnchor: 'start',
        }),
      ],
    },
    `${title}: ${rows.map(({ name, value }) => `${name} ${formatValue(value, unit)}`).join(', ')}.`,
  );
}
