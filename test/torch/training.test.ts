import { describe, expect, it } from 'vitest';
import { parameterNames } from '../support/parameters.js';
import { differenceOf, lessonOf, trainingCases } from '../support/torch-training.js';

describe.each(Object.entries(trainingCases))('%s', (name, golden) => {
  it('trains what PyTorch has a gradient for, and nothing else', async () => {
    const { model } = await lessonOf(name, golden);
    expect(parameterNames(model)).toEqual([...golden.trained].sort());
  });

  it('learns in eight steps what PyTorch has it learn', async () => {
    // A share of training's effect on the loss. Roundings of float32 leave less than a hundred-thousandth; a rate that is off by a thousandth shows.
    expect(await differenceOf(name, golden)).toBeLessThan(1e-4);
  });
});
