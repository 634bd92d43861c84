import type { Example, ExampleGroup } from '../data.js';
import { type Html, html } from '../html.js';

/** Example images with what the model said and how sure it was. */
export function examplesSection(groups: readonly ExampleGroup[]): Html {
  return html`<section>
<h2>Examples</h2>
${groups.map(({ title, items }) => html`<h3>${title}</h3><ul class="examples">${items.map(exampleCard)}</ul>`)}
</section>`;
}

function exampleCard({ image, prediction, confidence, truth }: Example): Html {
  const percent = Math.round(confidence * 100);
  const isRight = truth === undefined ? undefined : truth === prediction;
  const outcome = isRight === undefined ? '' : isRight ? ' right' : ' wrong';
  return html`<li class="card${outcome}"><img src="${image}" alt="${truth ?? 'an input image'}" loading="lazy" width="96" height="96">
<b>${isRight !== undefined && (isRight ? '✓ ' : '✗ ')}${prediction}</b>
<span class="bar" style="--value:${percent}%" role="img" aria-label="${percent}% sure"></span>
<small>${percent}% sure${isRight === false && html`, but it is ${truth}`}</small></li>`;
}
