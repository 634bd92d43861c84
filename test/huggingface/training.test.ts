import { expect, it } from 'vitest';
import { lossDifference, trainingCases } from '../support/huggingface-training.js';

it.each(Object.entries(trainingCases))('%s learns in eight steps what PyTorch has it learn', async (_, golden) => {
  // A hundredth of training's effect on the loss, as for the models exported from PyTorch.
  expect(await lossDifference(golden)).toBeLessThan(1e-2);
});
