import { expect, it } from 'vitest';
import { type ArchitectureCase, architectureCases, goldenNetwork } from '../support/torch-architectures.js';

it('gives scores of all pixels, of the auxiliary head too where the file has one', () => {
  const golden = architectureCases['deeplabv3_mobilenet_v3_large'] as ArchitectureCase;
  const weights = Object.fromEntries(Object.entries(golden.weights).filter(([weight]) => !weight.startsWith('aux_classifier.')));
  const dimsOf = (network: ArchitectureCase) =>
    Object.entries(goldenNetwork('deeplabv3_mobilenet_v3_large', network).outputs).map(([name, { dims }]) => [name, dims]);
  expect(dimsOf(golden)).toEqual([
    ['out', ['batch', 21, 64, 64]],
    ['aux', ['batch', 21, 64, 64]],
  ]);
  expect(dimsOf({ ...golden, weights })).toEqual([['out', ['batch', 21, 64, 64]]]);
});
