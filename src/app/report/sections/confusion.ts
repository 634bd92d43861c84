import type { Confusion } from '../data.js';
import { type Html, html } from '../html.js';

/** The confusion matrix as a table whose cells are shaded by their share of the row. */
export function confusionSection({ labels, counts }: Confusion): Html {
  return html`<section>
<h2>Confusion matrix</h2>
<p>Each row is a true class, each column what the model said. The diagonal is right; the stronger a colour, the larger its share of the row.</p>
<div class="wide"><table class="confusion">
<thead><tr><th scope="col">true \\ predicted</th>${labels.map((label) => html`<th scope="col"><span>${label}</span></th>`)}<th scope="col" class="number">Right</th></tr></thead>
<tbody>${counts.map((row, index) => confusionRow(labels[index] ?? '', row, index))}</tbody>
</table></div>
${worst(labels, counts)}
</section>`;
}

function confusionRow(label: string, row: readonly number[], index: number): Html {
  const total = sum(row);
  const cells = row.map((count, column) => {
    const share = total === 0 ? 0 : count / total;
    const kind = column === index ? 'right' : 'wrong';
    return html`<td class="${kind}${share > 0.5 && ' strong'}" style="--share:${share.toFixed(3)}">${count === 0 ? '' : count}</td>`;
  });
  const right = total === 0 ? '–' : `${Math.round(((row[index] ?? 0) / total) * 100)}%`;
  return html`<tr><th scope="row">${label}</th>${cells}<td class="number">${right}</td></tr>`;
}

/** The most frequent confusion, in words. */
function worst(labels: readonly string[], counts: Confusion['counts']): Html | false {
  const errors = counts.flatMap((row, truth) => row.map((count, said) => ({ count, truth, said }))).filter(({ truth, said }) => truth !== said);
  const [first] = errors.sort((a, b) => b.count - a.count);
  if (!first || first.count === 0) return false;
  const total = sum(counts[first.truth] ?? []);
  return html`<p>The most frequent mistake: ${first.count} of ${total} “${labels[first.truth] ?? ''}” were taken for “${labels[first.said] ?? ''}”.</p>`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
