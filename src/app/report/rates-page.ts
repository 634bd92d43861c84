import { drawRates } from './charts/rates.js';
import type { RateChart } from './data.js';
import { html } from './html.js';
import { renderPage } from './page.js';

const MEANINGS: Readonly<Record<keyof RateChart['suggestions'], string>> = {
  valley: 'halfway down the longest descent; what lr: auto takes',
  steep: 'where the loss falls most steeply',
  minimum: 'a tenth of the rate with the least loss',
};

/** The plot of a sweep of the learning rate, as a page of its own. */
export function renderRates(chart: RateChart, date: string): string {
  const names = Object.keys(MEANINGS) as (keyof RateChart['suggestions'])[];
  const rows = names.map(
    (name) => html`<tr><th>${name}</th><td class="number">${chart.suggestions[name].toExponential(2)}</td><td>${MEANINGS[name]}</td></tr>`,
  );
  return renderPage({
    title: 'Learning rates',
    subtitle: `A sweep of ${chart.rates.length} steps`,
    date,
    sections: [
      html`<section><div class="wide">${drawRates(chart)}</div></section>`,
      html`<section><h2>Suggestions</h2><table><tbody>${rows}</tbody></table></section>`,
    ],
  });
}
