import { describe, expect, it } from 'vitest';
import { Random } from '../../src/index.js';
import { candidates, chooseToken } from '../../src/reuse/generation/sampling.js';
import { golden } from './support.js';

const { before, cases } = golden.sampling;
const scores = Float32Array.from(golden.sampling.scores);

/** Probabilities of transformers are float32. */
const ROUNDING = 1e-6;

describe('what may follow', () => {
  it.each(cases.map(({ options, probabilities }) => [JSON.stringify(options), options, probabilities] as const))(
    'has the tokens and probabilities of transformers: %s',
    (_, options, expected) => {
      const { ids, probabilities } = candidates(scores, before, options);
      const found = new Array<number>(expected.length).fill(0);
      for (const [index, id] of ids.entries()) found[id] = probabilities[index] as number;
      expect(found.map((probability) => probability > 0)).toEqual(expected.map((probability) => probability > 0));
      const differences = found.map((probability, id) => Math.abs(probability - (expected[id] as number)));
      expect(Math.max(...differences)).toBeLessThan(ROUNDING);
    },
  );

  it('is drawn with these probabilities', () => {
    const options = { temperature: 1, topK: 3 };
    const { ids, probabilities } = candidates(scores, [], options);
    const random = new Random(1, 'draws');
    const draws = Array.from({ length: 4000 }, () => chooseToken(scores, [], options, random));
    for (const [index, id] of ids.entries()) {
      const share = draws.filter((draw) => draw === id).length / draws.length;
      // Four standard deviations of a share of 4000 draws are 0.032 at most.
      expect(Math.abs(share - (probabilities[index] as number))).toBeLessThan(0.032);
    }
    expect(new Set(draws)).toEqual(new Set(ids));
  });

  it('is the likeliest at temperature 0, after the penalty', () => {
    const best = scores.indexOf(Math.max(...scores));
    expect(chooseToken(scores, [], {}, new Random(0))).toBe(best);
    expect(chooseToken(scores, [best], { repetitionPenalty: 10 }, new Random(0))).not.toBe(best);
  });
});
