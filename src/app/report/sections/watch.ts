import type { Finding } from '../data.js';
import { capitalise } from '../format.js';
import { type Html, html } from '../html.js';

/** What may be wrong with the run, and what to change. */
export function watchSection(findings: readonly Finding[]): Html {
  return html`<section>
<h2>The watch</h2>
${findings.map(({ name, evidence, advice }) => html`<h3>${capitalise(name)}</h3><p>${evidence}</p><ul>${advice.map((line) => html`<li>${line}</li>`)}</ul>`)}
</section>`;
}
