import { wilsonInterval } from '../evaluation/index.js';
import { lastThirds, rose } from './curve.js';
import { countRight, errorsAbove, estimate, percent } from './estimate.js';
import type { Chance, Check, Finding, Remedies, WatchFacts } from './facts.js';

/** Share of what there is to learn, 1 − loss / chance, below which a model has learnt nothing to speak of. */
const NOTHING = 0.1;
/** Below this share a loss that still falls has a way to go. */
const HALF = 0.5;
/** A fall from one third of the steps to the next by less than this share is the end of a curve. */
const FALL = 0.05;

/** The model does not even know its training samples. */
export const underfitting: Check = (facts) =>
  facts.chance === undefined ? undefined : (atChance(facts, facts.chance) ?? unfinished(facts, facts.chance));

function atChance(facts: WatchFacts, chance: Chance): Finding | undefined {
  const { training, remedies } = facts;
  const { mean, error } = estimate(training.losses);
  if (mean + 2 * error < chance.loss * (1 - NOTHING) || isSkilful(training.answers, chance)) return undefined;
  const right =
    training.answers &&
    ` and it is right on ${percent(countRight(training.answers) / training.answers.length)} of them, where the most frequent class makes ${percent(chance.accuracy ?? 0)}`;
  return {
    name: 'underfitting',
    evidence: `The loss on the training samples is ${mean.toFixed(3)}; without looking at them it would be ${chance.loss.toFixed(3)}${right ?? ''}.`,
    advice: adviceFor(remedies, rose(facts)),
  };
}

/** Whether it is right more than halfway from chance to always: losses can be bad of models that are too sure and mostly right. */
function isSkilful(answers: WatchFacts['training']['answers'], { accuracy = 0 }: Chance): boolean {
  return answers !== undefined && wilsonInterval(countRight(answers), answers.length)[0] > accuracy + HALF * (1 - accuracy);
}

function unfinished(facts: WatchFacts, chance: Chance): Finding | undefined {
  const { mean } = estimate(facts.training.losses);
  const thirds = lastThirds(facts);
  if (thirds === undefined || mean < HALF * chance.loss) return undefined;
  const [before, after] = thirds;
  if (errorsAbove(before, after) < 3 || after.mean > before.mean * (1 - FALL)) return undefined;
  return {
    name: 'underfitting',
    evidence: `The training loss was still falling when the run ended: ${before.mean.toFixed(3)} in the middle third of its steps, ${after.mean.toFixed(3)} in the last; without looking at the samples it would be ${chance.loss.toFixed(3)}.`,
    advice: ['Train for more epochs.', 'Raise training.optimizer.lr, by a factor of 3 at a time.'],
  };
}

function adviceFor({ trains }: Remedies, hasRisen: boolean): string[] {
  return [
    hasRisen
      ? 'Lower training.optimizer.lr, by a factor of 10 at first.'
      : 'Raise training.optimizer.lr, by a factor of 10 at first, or train for more epochs.',
    ...(trains === 'most' ? [] : ['Train more weights: recipe: fine-tune or full.']),
    'Where neither helps, see whether labels belong to their samples, and whether the inputs are prepared as the base expects.',
  ];
}
