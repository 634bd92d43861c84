import type { Trial } from '../../study/trial.js';
import { ADAPTATIONS, adaptedTrial } from './adaptation.js';
import { TEXTS, textTrial } from './few-labels.js';
import { METHODS, type Method } from './methods.js';
import { VALIDATION_DRAW } from './settings.js';
import { TAGGERS, tagTrial } from './tagging.js';

const LABELS = 20;
const SENTENCES = 200;

/** Each method at each of its rates on the validation draw, from which {@link METHODS} has its rates. */
export function rateTrials(): Trial[] {
  const texts = Object.keys(TEXTS).flatMap((data) =>
    ratesOf(data).flatMap(([name, rate]) => named(textTrial(data, LABELS, name as Parameters<typeof textTrial>[2], VALIDATION_DRAW, rate), rate)),
  );
  const tags = ratesOf('brown')
    .filter(([name]) => (TAGGERS as readonly string[]).includes(name))
    .map(([name, rate]) => named(tagTrial(SENTENCES, name as (typeof TAGGERS)[number], VALIDATION_DRAW, rate), rate));
  const adaptations = (Object.keys(ADAPTATIONS) as (keyof typeof ADAPTATIONS)[]).flatMap((name) =>
    ADAPTATIONS[name].rates.map((rate) => named(adaptedTrial(name, LABELS, VALIDATION_DRAW, rate), rate)),
  );
  return [...texts, ...tags, ...adaptations];
}

function named(trial: Trial, rate: number): Trial {
  return { ...trial, study: 'rates', method: `${trial.method} at ${rate}` };
}

/** Methods that are used on a data set, with every rate that was tried. */
function ratesOf(data: string): (readonly [string, number])[] {
  return Object.entries(METHODS as Readonly<Record<string, Method>>).flatMap(([name, { rate, rates }]) =>
    rate?.[data] === undefined ? [] : (rates ?? []).map((tried) => [name, tried] as const),
  );
}
