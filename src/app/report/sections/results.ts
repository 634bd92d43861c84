import { drawIntervals, roleColours } from '../charts/intervals.js';
import type { ResultRow, ResultTable } from '../data.js';
import { capitalise, formatSeconds, formatValue } from '../format.js';
import { type Html, html } from '../html.js';

/** A chart of the rows and the same numbers as a table. */
export function resultsSection(table: ResultTable): Html {
  const timed = table.rows.some(({ seconds }) => seconds !== undefined);
  const noted = table.rows.some(({ note }) => note !== undefined);
  return html`<section>
<h2>${table.title}</h2>
${table.description !== undefined && html`<p>${table.description}</p>`}
${legend(table)}
<div class="wide">${drawIntervals(table)}</div>
<div class="wide"><table>
<thead><tr><th scope="col">Method</th><th scope="col" class="number">${capitalise(table.metric)}</th><th scope="col" class="number">95% interval</th>${timed && html`<th scope="col" class="number">Training</th>`}${noted && html`<th scope="col">Note</th>`}</tr></thead>
<tbody>${table.rows.map((row) => resultRow(row, table, timed, noted))}</tbody>
</table></div>
</section>`;
}

function resultRow(row: ResultRow, { unit }: ResultTable, timed: boolean, noted: boolean): Html {
  const [low, high] = row.interval;
  return html`<tr class="${row.role}"><th scope="row">${row.name}</th>
<td class="number">${formatValue(row.value, unit)}</td>
<td class="number">${formatValue(low, unit)} – ${formatValue(high, unit)}</td>
${timed && html`<td class="number">${row.seconds === undefined ? '–' : formatSeconds(row.seconds)}</td>`}
${noted && html`<td>${row.note ?? ''}</td>`}</tr>`;
}

/** What the colours mean, for the roles that occur. */
function legend({ rows }: ResultTable): Html {
  const roles = Object.entries(roleColours).filter(([role]) => rows.some((row) => row.role === role));
  return html`<ul class="legend">${roles.map(([role, colour]) => html`<li><i style="background:${colour}"></i>${role}</li>`)}</ul>`;
}
