import { describe, expect, it } from 'vitest';
import { goldenNames, isFullSize, readGolden } from '../support/golden.js';
import { worstGradient } from './gradients.js';
import { worstLoss } from './measure.js';
import { record } from './record.js';

/** `npm run coverage` asks for all models; by GOLDEN one may ask for some. */
const all = process.env['REGRAFT_COVERAGE'] !== undefined;
const only = process.env['GOLDEN']?.split(',');
const isChosen = (name: string): boolean => only?.includes(name) ?? (all || name === 'resnet18' || !isFullSize(readGolden(name)));

describe('training follows PyTorch in float64', () => {
  it.each(goldenNames().filter(isChosen))('%s', { timeout: 600_000 }, async (name) => {
    const golden = readGolden(name);
    const loss = await worstLoss(golden);
    expect(loss.share).toBeLessThan(0.01);
    if (!all) return;
    const gradient = await worstGradient(golden);
    record({ name, loss, gradient });
    expect(gradient.difference).toBeLessThan(gradient.floor);
  });
});

it('gradients of training steps equal those of PyTorch in float64', async () => {
  for (const name of ['mlp', 'hf-bert', 'resnet-tiny-batchnorm-train']) {
    const { parameter, difference, floor } = await worstGradient(readGolden(name));
    expect(difference, `${name}: ${parameter}`).toBeLessThan(floor);
  }
});
