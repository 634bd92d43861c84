import { wilsonInterval } from '../evaluation/index.js';
import { bestAndLast, fellSince, lossAt } from './curve.js';
import { countRight, percent } from './estimate.js';
import type { Answer, Check, Judged, WatchFacts } from './facts.js';

/** Of the samples, those the model tells apart best. */
const SUREST = 0.25;
/** Fewer of them say nothing. */
const LEAST = 15;
/** Errors that even careful labels have. */
const USUAL = 0.05;
/** How far errors must fall from all samples to the surest, where labels are right. */
const FALL = 0.4;
/** Share of the way from chance to no error that a model must have come for its opinion to count. */
const SKILL = 0.3;
/** Better on training samples than on others by this: it has learnt them by heart, wrong labels included. */
const MEMORISED = 0.1;
/** Standard errors between the best and the last evaluation; as of different samples, though they are the same ones and differ by less. */
const CLEAR = 1.7;
/** Share of the loss of chance that is still there when a model has learnt the rule, but not yet the wrong labels. */
const PLATEAU = 0.25;
const NAMED = 3;

/** Labels are wrong, or do not follow from what the model sees. */
export const labelNoise: Check = (facts) => {
  const suspects = suspectsOf(facts);
  const { contradicting } = facts.duplicates;
  const signs = [
    ...(suspects ? [suspects.sentence] : []),
    ...(contradicting.length > 0 ? [`${contradicting.length} samples occur more than once, with different labels.`] : []),
    ...(bump(facts) ?? []),
  ];
  if (signs.length === 0) return undefined;
  const first = [...(suspects?.locations ?? []), ...contradicting].slice(0, NAMED);
  return {
    name: 'label noise',
    evidence: signs.join(' '),
    advice: [
      first.length > 0
        ? `Look at the labels the model contradicts, first at ${first.join(', ')}.`
        : 'Look at the labels of what the model gets wrong.',
      'Stop early and keep the best weights (training.earlyStopping): what follows from the samples is learnt first, wrong labels last.',
      'Set loss: { name: cross-entropy, labelSmoothing: 0.1 }. Where the labels are right, the samples do not show what they depend on.',
    ],
  };
};

/** Errors are usually made where a model is unsure. Wrong labels are spread evenly: they are as frequent where it is surest. */
function suspectsOf(facts: WatchFacts): { readonly sentence: string; readonly locations: string[] } | undefined {
  const answers = opinions(facts);
  const all = answers.length - countRight(answers);
  const surest = answers.toSorted((a, b) => b.margin - a.margin).slice(0, Math.floor(answers.length * SUREST));
  if (surest.length < LEAST || !isSkilful(answers, facts.chance?.accuracy)) return undefined;
  const wrong = surest.filter(({ isRight }) => !isRight);
  const [low] = wilsonInterval(wrong.length, surest.length);
  if (low < Math.max(USUAL, (FALL * all) / answers.length)) return undefined;
  return {
    sentence: `The labels contradict the model on ${wrong.length} of the ${surest.length} samples it is surest of (${percent(wrong.length / surest.length)}), nearly as often as elsewhere (${percent(all / answers.length)}).`,
    locations: wrong.map(({ location }) => location),
  };
}

type Opinion = Answer & { readonly location: string };

/** What a model thinks of samples it has not learnt by heart. */
function opinions({ training, heldOut }: WatchFacts): Opinion[] {
  const [seen, unseen] = [located(training), heldOut ? located(heldOut) : []];
  const share = (answers: readonly Answer[]): number => (answers.length === 0 ? 0 : countRight(answers) / answers.length);
  return share(seen) - share(unseen) > MEMORISED ? unseen : [...unseen, ...seen];
}

function located({ answers = [], locations }: Judged): Opinion[] {
  return answers.map((answer, i) => ({ ...answer, location: locations[i] ?? '' }));
}

function isSkilful(answers: readonly Answer[], chance = 0): boolean {
  return wilsonInterval(countRight(answers), answers.length)[0] > chance + SKILL * (1 - chance);
}

/**
 * Held-out accuracy rose and fell again, while the training loss went on from a high plateau: the rule was learnt first and then the wrong labels.
 * Source: Liu et al., Early-Learning Regularization, arXiv 2007.00151.
 */
function bump(facts: WatchFacts): [string] | undefined {
  const [best, last] = bestAndLast(facts, 'accuracy', 'higher') ?? [];
  const { heldOut, chance } = facts;
  if (!best || !last || !heldOut || !chance || lossAt(facts, best.step) < PLATEAU * chance.loss || !fellSince(facts, best.step)) return undefined;
  const variance = [best, last].reduce((sum, { value }) => sum + (value * (1 - value)) / heldOut.losses.length, 0);
  if (best.value - last.value < CLEAR * Math.sqrt(variance) || best.value === last.value) return undefined;
  return [
    `Validation accuracy was ${percent(best.value)} after step ${best.step} and fell to ${percent(last.value)}, while the training loss went on falling.`,
  ];
}
