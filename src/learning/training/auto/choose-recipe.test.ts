import { describe, expect, it } from 'vitest';
import { type AutoFacts, chooseRecipe } from './choose-recipe.js';

const known: AutoFacts = {
  samples: 400,
  classes: 4,
  batchSize: 32,
  chance: 0.25,
  probe: { value: 0.8, interval: [0.76, 0.84] },
  raw: { value: 0.5, interval: [0.45, 0.55] },
  gain: [0.24, 0.36],
};
const poor = { probe: { value: 0.5, interval: [0.45, 0.55] }, raw: { value: 0.7, interval: [0.65, 0.74] }, gain: [-0.27, -0.13] } as const;

describe('the recipe follows from the data and from what the base knows of it', () => {
  it.each([
    ['fine-tune', 'where the base helps and samples are enough', {}],
    ['linear-probe', 'where samples are few', { samples: 20 }],
    ['linear-probe', 'where nothing is left to gain', { probe: { value: 0.99, interval: [0.975, 0.997] } }],
    ['full', 'where the base knows nothing of it and samples are plenty', { ...poor, samples: 4000 }],
    ['fine-tune', 'where it knows nothing of it and samples are not plenty', { ...poor, samples: 200 }],
    [
      'full',
      'where the probe is no better than the most frequent class',
      { probe: { value: 0.24, interval: [0.2, 0.29] }, raw: undefined, gain: undefined, samples: 4000 },
    ],
    ['fine-tune', 'where no probe can be fitted', { probe: undefined }],
  ] as const)('%s %s', (recipe, _, facts) => {
    expect(chooseRecipe({ ...known, ...(facts as Partial<AutoFacts>) }).recipe).toBe(recipe);
  });

  it('says why, with the numbers', () => {
    expect(chooseRecipe({ ...known, ...poor }).reasons.join(' ')).toMatch(/right on 50%.*without the base on 70%.*100 samples a class are enough/);
    expect(chooseRecipe({ ...known, ...poor, samples: 40 }).reasons.at(-1)).toContain('Transfer does not pay, and 10 samples a class');
    expect(chooseRecipe({ ...known, samples: 20 }).reasons.at(-1)).toContain('5 samples a class are too few');
  });
});

it('epochs make some hundred steps, within bounds, and more where the base does not know the data', () => {
  const epochs = (samples: number, other: Partial<AutoFacts> = {}): number => chooseRecipe({ ...known, ...other, samples }).epochs;
  expect(epochs(40)).toBe(30);
  expect(epochs(960)).toBe(13);
  expect(epochs(100_000)).toBe(3);
  expect(epochs(6400, poor)).toBe(6);
});
