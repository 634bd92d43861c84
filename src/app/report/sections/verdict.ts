import type { Verdict } from '../data.js';
import { type Html, html } from '../html.js';

const symbols: Readonly<Record<Verdict['tone'], string>> = { good: '✓', mixed: '≈', bad: '✗' };

export function verdictSection({ tone, headline, points }: Verdict): Html {
  return html`<section class="verdict ${tone}">
<h2><span aria-hidden="true">${symbols[tone]}</span> ${headline}</h2>
<ul>${points.map((point) => html`<li>${point}</li>`)}</ul>
</section>`;
}
