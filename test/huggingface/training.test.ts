import { expect, it } from 'vitest';
import { differenceOf, trainingCases } from '../support/huggingface-training.js';

it.each(Object.entries(trainingCases))('%s learns in eight steps what PyTorch has it learn', async (_, golden) => {
  // A share of training's effect on the loss. Roundings of float32 leave less than a millionth; a rate that is off by a thousandth shows.
  expect(await differenceOf(golden)).toBeLessThan(1e-4);
});
