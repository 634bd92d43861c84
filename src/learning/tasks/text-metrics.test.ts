import { describe, expect, it } from 'vitest';
import { Random } from '../../core/index.js';
import type { TextTokenizer } from '../data/index.js';
import { taskOf } from './index.js';
import { IGNORED } from './text/reading.js';

const all = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

describe('several classes a sample', () => {
  // scikit-learn's f1_score of y_true [[1,0,0,0],[1,1,0,0],[0,1,0,0]] and y_pred [[1,0,0,0],[1,0,0,0],[0,1,1,0]]: micro 0.75; of the labels 1, 2/3, 0
  // and undefined, the last of which is left out here.
  const targets = Float64Array.of(1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0);
  const outputs = Float32Array.of(2, -1, -3, -1, 1, -1, -1, -1, -2, 3, 1, -1);

  it('has the F1 of scikit-learn', () => {
    const metrics = taskOf('text-classification', 'labels').measure({ outputs, width: 4, targets })(all(3));
    expect(metrics['microF1']).toBeCloseTo(0.75, 12);
    expect(metrics['macroF1']).toBeCloseTo((1 + 2 / 3 + 0) / 3, 12);
    expect(metrics['exactMatch']).toBeCloseTo(1 / 3, 12);
    const terms = Array.from(outputs, (x, i) => Math.log(1 + Math.exp(x)) - x * (targets[i] as number));
    expect(metrics['loss']).toBeCloseTo(terms.reduce((a, b) => a + b, 0) / 12, 6);
  });

  it('is 0 where nothing is said and nothing is', () => {
    const metrics = taskOf('text-classification', 'labels').measure({ outputs: Float32Array.of(-1, -1), width: 2, targets: Float64Array.of(0, 0) });
    expect(metrics(all(1))).toMatchObject({ microF1: 0, macroF1: 0, exactMatch: 1 });
  });
});

it('perplexity is that of all tokens together, not the mean of the texts', () => {
  // Two texts: 3 tokens with probabilities 1/2, 1/4, 1/8, two of them foreseen; 1 token of 1/16.
  const outputs = Float32Array.of(Math.log(2 * 4 * 8), 3, 2, Math.log(16), 1, 0);
  const { perplexity, loss, tokenAccuracy } = taskOf('masked-language-modelling').measure({ outputs, width: 3, targets: new Float64Array() })(all(2));
  expect(perplexity).toBeCloseTo((2 * 4 * 8 * 16) ** (1 / 4), 5);
  expect(loss).toBeCloseTo((10 * Math.LN2) / 4, 6);
  expect(tokenAccuracy).toBe(0.5);
});

it('entities count over all texts together', () => {
  // Words, right ones, found, actual, right entities.
  const outputs = Float32Array.of(10, 9, 3, 2, 2, 5, 3, 1, 4, 1);
  expect(taskOf('token-classification').measure({ outputs, width: 5, targets: new Float64Array() })(all(2))).toEqual({
    f1: (2 * 3) / (4 + 6),
    precision: 3 / 4,
    recall: 3 / 6,
    tagAccuracy: 12 / 15,
  });
});

describe('masks', () => {
  const tokenizer = { specialIds: { mask: 4 }, largestId: 999 } as unknown as TextTokenizer;
  const { vary } = taskOf('masked-language-modelling').text ?? {};
  const length = 100_000;
  const ids = Int32Array.from({ length }, (_, i) => 5 + (i % 900));
  // Every tenth token is none of the text.
  const target = Int32Array.from({ length }, (_, i) => (i % 10 === 0 ? IGNORED : 0));

  it('are 15% of the tokens: 80% masked, 10% replaced, 10% as they are', () => {
    const varied = vary?.({ ids, target }, new Random(1, 'masks'), tokenizer) ?? { ids };
    const asked = [...ids.keys()].filter((place) => varied.target?.[place] !== IGNORED);
    expect(asked.every((place) => varied.target?.[place] === ids[place] && place % 10 !== 0)).toBe(true);
    expect([...ids.keys()].every((place) => varied.ids[place] === ids[place] || varied.target?.[place] !== IGNORED)).toBe(true);
    const masked = asked.filter((place) => varied.ids[place] === 4).length;
    const same = asked.filter((place) => varied.ids[place] === ids[place]).length;
    // Four standard deviations of these many draws.
    expect(Math.abs(asked.length / (0.9 * length) - 0.15)).toBeLessThan(0.005);
    expect(Math.abs(masked / asked.length - 0.8)).toBeLessThan(0.014);
    expect(Math.abs(same / asked.length - 0.1)).toBeLessThan(0.011);
    const replaced = asked.map((place) => varied.ids[place] as number).filter((id, i) => id !== 4 && id !== ids[asked[i] as number]);
    expect(Math.min(...replaced)).toBeLessThan(20);
    expect(Math.max(...replaced)).toBeGreaterThan(980);
  });

  it('are one at least', () => {
    for (let seed = 0; seed < 50; seed++) {
      const varied = vary?.({ ids: Int32Array.of(2, 7, 3), target: Int32Array.of(IGNORED, 0, IGNORED) }, new Random(seed, 'one'), tokenizer);
      expect(varied?.target).toEqual(Int32Array.of(IGNORED, 7, IGNORED));
    }
  });

  it('need a token that stands for them', () => {
    const none = { specialIds: {}, largestId: 9 } as unknown as TextTokenizer;
    expect(() => vary?.({ ids, target }, new Random(1, 'x'), none)).toThrow(expect.objectContaining({ code: 'TOKENIZER_NO_MASK' }));
  });
});
