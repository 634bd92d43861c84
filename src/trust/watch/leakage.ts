import { differenceInterval } from '../evaluation/index.js';
import { countRight, errorsAbove, estimate, percent } from './estimate.js';
import type { Check, Finding, WatchFacts } from './facts.js';

/** By how much accuracy on unseen samples must be above that on training samples, at the least. */
const GAP = 0.05;
/** Standard errors; parts of one data set differ by three in one of 700 runs. */
const CLEAR = 3;
const NAMED = 3;

/** What is measured on held-out samples is not what new ones will give. */
export const leakage: Check = (facts) => sameSamples(facts) ?? betterUnseen(facts);

function sameSamples({ duplicates: { across, heldOut } }: WatchFacts): Finding | undefined {
  if (across.length === 0) return undefined;
  const more = across.length > NAMED ? ', …' : '';
  return {
    name: 'leakage',
    evidence: `${across.length} of ${heldOut} held-out samples (${percent(across.length / heldOut)}) are among the training data, byte for byte: ${across.slice(0, NAMED).join(', ')}${more}.`,
    advice: [
      'Remove the copies, or give copies of one thing a group (data.group), which is never on both sides of a split.',
      'Until then, take what is measured on held-out data for too good.',
    ],
  };
}

/** Under the same weights, samples that were trained on should be the easier ones. */
function betterUnseen({ training, heldOut }: WatchFacts): Finding | undefined {
  if (!training.answers || !heldOut?.answers) return undefined;
  const [seen, unseen] = [training.answers, heldOut.answers];
  const [low] = differenceInterval([countRight(unseen), unseen.length], [countRight(seen), seen.length]);
  if (low < GAP || errorsAbove(estimate(training.losses), estimate(heldOut.losses)) < CLEAR) return undefined;
  return {
    name: 'leakage',
    evidence: `The same weights are right on ${percent(countRight(unseen) / unseen.length)} of ${unseen.length} held-out samples, but on ${percent(countRight(seen) / seen.length)} of ${seen.length} training samples.`,
    advice: [
      'Held-out samples that are easier than those trained on were chosen, not drawn: let data.validation and data.test be shares of one data set.',
      'Where they come from elsewhere on purpose, see whether the training labels are worse than theirs.',
    ],
  };
}
