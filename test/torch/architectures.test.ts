import { describe, expect, it } from 'vitest';
import { architectures } from '../../src/bases/importers/torch/architectures/index.js';
import { parameterNames } from '../support/parameters.js';
import {
  architectureCases,
  differenceFromTorchvision,
  goldenNetwork,
  narrowCases,
  networkOf,
  parametersOf,
  shapesOf,
} from '../support/torch-architectures.js';

/** Buffers of torchvision's modules: statistics of batch normalisation, and tables that follow from sizes. */
const BUFFER = /\.(running_mean|running_var|num_batches_tracked|relative_position_index|relative_coords_table)$/;

/** Larger ones are run by the report of coverage. */
const MOST_PARAMETERS = 8e6;

describe('the networks of torchvision', () => {
  it('are all here', () => {
    expect(Object.keys(architectures).sort()).toEqual(Object.keys(architectureCases).sort());
  });

  it.each(Object.keys(architectureCases))('%s uses every weight that torchvision has', (name) => {
    const { unneeded } = architectures[name] ?? {};
    const { net } = goldenNetwork(name);
    expect(net.unused.filter((weight) => !/num_batches_tracked$/.test(weight) && !unneeded?.test(weight))).toEqual([]);
  });

  it.each(Object.entries(architectureCases))('%s trains what torchvision has parameters for, and nothing else', async (name, golden) => {
    const { unneeded } = architectures[name] ?? {};
    const { net, outputs } = networkOf(name, golden.side, shapesOf(golden));
    const { model } = await net.finish(name, outputs);
    const parameters = Object.keys(golden.weights).filter((weight) => !BUFFER.test(weight) && !unneeded?.test(weight));
    expect(parameterNames(model)).toEqual(parameters.sort());
  });

  it.each(small())('%s computes what torchvision computes', async (name) => {
    // A share of the largest value: kernels that add in another order differ by some roundings of float32 in each of up to 200 layers.
    expect(await differenceFromTorchvision(name)).toBeLessThan(1e-5);
  });

  it.each(Object.entries(narrowCases))('%s computes what torchvision computes, in a narrow version', async (name, golden) => {
    expect(await differenceFromTorchvision(name, golden)).toBeLessThan(1e-5);
  });
});

function small(): string[] {
  return Object.entries(architectureCases).flatMap(([name, golden]) => (parametersOf(golden) < MOST_PARAMETERS ? [name] : []));
}
