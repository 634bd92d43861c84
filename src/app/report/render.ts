import { drawCurve } from './charts/curve.js';
import type { ReportData } from './data.js';
import { type Html, html } from './html.js';
import { renderPage } from './page.js';
import { confusionSection } from './sections/confusion.js';
import { examplesSection } from './sections/examples.js';
import { resultsSection } from './sections/results.js';
import { verdictSection } from './sections/verdict.js';
import { watchSection } from './sections/watch.js';

/** A report as a page. */
export function renderReport(data: ReportData): string {
  return renderPage({
    ...data,
    sections: [
      verdictSection(data.verdict),
      data.findings && data.findings.length > 0 && watchSection(data.findings),
      factsSection(data),
      data.results.map(resultsSection),
      curvesSection(data),
      data.confusion && confusionSection(data.confusion),
      data.examples.length > 0 && examplesSection(data.examples),
      notesSection(data),
    ],
  });
}

function factsSection({ facts }: ReportData): Html | false {
  const pairs = facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return facts.length > 0 && html`<section><h2>The run</h2><dl>${pairs}</dl></section>`;
}

function curvesSection({ curves }: ReportData): Html | false {
  return curves.length > 0 && html`<section><h2>Learning curves</h2><div class="curves">${curves.map(drawCurve)}</div></section>`;
}

function notesSection({ notes }: ReportData): Html | false {
  return notes.length > 0 && html`<section><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}
