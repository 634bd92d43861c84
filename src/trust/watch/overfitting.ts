import { differenceInterval } from '../evaluation/index.js';
import { bestAndLast, fellSince } from './curve.js';
import { countRight, errorsAbove, estimate, percent } from './estimate.js';
import type { Check, Judged, Remedies, WatchFacts } from './facts.js';

/** Standard errors beyond which a difference is no chance; more than the usual two, since the best of many evaluations is chosen. */
const CLEAR = 2.5;
/** A rise of the held-out loss by less than this share costs nobody anything. */
const RISE = 0.1;
/** By how much accuracy on training samples must be above that on held-out ones, and confidence above accuracy, at the least. */
const GAP = 0.1;

/** The model knows its training samples better than what they have in common. */
export const overfitting: Check = (facts) => {
  const signs = [rise, overconfidence, worseThanNothing].flatMap((sign) => sign(facts) ?? []);
  return signs.length === 0 ? undefined : { name: 'overfitting', evidence: signs.join(' '), advice: adviceFor(facts.remedies, signs.length) };
};

/** The held-out loss of the final model is above that of an earlier moment, while the training loss fell. */
function rise(facts: WatchFacts): string | undefined {
  const { heldOut } = facts;
  const [best] = bestAndLast(facts, 'loss', 'lower') ?? [];
  if (heldOut === undefined || best === undefined || !fellSince(facts, best.step)) return undefined;
  const { mean, error } = estimate(heldOut.losses);
  // The spread at the best moment is not known; where losses are smaller, so is their spread.
  const clear = errorsAbove({ mean, error }, { mean: best.value, error: (error * best.value) / mean }) > CLEAR;
  if (!clear || mean < best.value * (1 + RISE)) return undefined;
  return `The validation loss was ${best.value.toFixed(3)} after step ${best.step} and is ${mean.toFixed(3)} now, while the training loss fell.`;
}

/** Far better on training samples, and surer on others than it is right. */
function overconfidence({ training, heldOut }: WatchFacts): string | undefined {
  if (!training.answers || !heldOut?.answers) return undefined;
  const [seen, unseen] = [training.answers, heldOut.answers];
  const [low] = differenceInterval([countRight(seen), seen.length], [countRight(unseen), unseen.length]);
  const excess = estimate(unseen.map(({ confidence, isRight }) => confidence - Number(isRight)));
  if (low < GAP || excess.mean < GAP || excess.mean < CLEAR * excess.error) return undefined;
  const confidence = estimate(unseen.map((answer) => answer.confidence)).mean;
  return `It is right on ${rightOf(training)} of the training samples and on ${rightOf(heldOut)} of ${unseen.length} held-out ones, where it is ${percent(confidence)} sure.`;
}

/** A guess by the labels alone would have less loss, though the training samples are known well. */
function worseThanNothing({ training, heldOut, chance }: WatchFacts): string | undefined {
  if (heldOut === undefined || chance === undefined) return undefined;
  const { mean, error } = estimate(heldOut.losses);
  const learnt = estimate(training.losses).mean;
  if (learnt > chance.loss / 2 || mean - CLEAR * error < chance.loss) return undefined;
  return `The loss is ${learnt.toFixed(3)} on training samples and ${mean.toFixed(3)} on held-out ones; who knows nothing but how often each answer occurs has ${chance.loss.toFixed(3)}.`;
}

function rightOf({ answers = [] }: Judged): string {
  return percent(countRight(answers) / answers.length);
}

function adviceFor({ trains, augments, readsImages, stopsEarly }: Remedies, signs: number): string[] {
  return [
    ...(stopsEarly || signs === 0 ? [] : ['Set training.earlyStopping, which keeps the best weights, or train for fewer epochs.']),
    ...(trains === 'most' ? ['Train fewer weights: recipe: linear-probe, last-k or lora.'] : []),
    ...(readsImages && !augments ? ['Augment the images: transforms.train.'] : []),
    'Raise training.optimizer.weightDecay, or set head.dropout.',
    'Label more samples; that helps most.',
  ];
}
