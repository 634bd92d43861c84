import { Html, html } from './html.js';
import { style } from './style.js';

interface Page {
  readonly title: string;
  /** One sentence below the title. */
  readonly subtitle?: string;
  /** ISO 8601. */
  readonly date: string;
  readonly sections: readonly (Html | false | undefined | readonly Html[])[];
}

/** One HTML file with everything in it: it opens without a network and can be mailed. */
export function renderPage({ title, subtitle, date, sections }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
<header>
<h1>${title}</h1>
${subtitle !== undefined && html`<p>${subtitle}</p>`}
</header>
${sections.flatMap((section) => ['\n', section]).slice(1)}
<footer>Written by Regraft, <time datetime="${date}">${date.slice(0, 10)}</time>.</footer>
</main>
</body>
</html>
`.text;
}
