import { describe, expect, it } from 'vitest';
import { runOnnx } from '../../../../test/support/ort.js';
import { differenceOf, opsCases, opsGraph, opsInputs } from '../../../../test/support/tensorflow-ops.js';
import { convertGraph } from './convert.js';
import { opConverters } from './ops/index.js';

/** Few roundings of float32, relative to the largest value of the output. */
const ROUNDING = 1e-5;

describe('operators compute what TensorFlow computes', () => {
  it.each(opsCases.map((golden) => [golden.name, golden] as const))('%s', async (_, golden) => {
    const { model } = convertGraph(await opsGraph(golden));
    const results = await runOnnx(model, opsInputs(golden));
    for (const output of golden.outputs) {
      expect(results[output.name]).toMatchObject({ type: output.type, dims: output.shape });
      expect(differenceOf(output, results[output.name])).toBeLessThan(golden.tolerance ?? ROUNDING);
    }
  });
});
