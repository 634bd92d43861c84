import { describe, expect, it } from 'vitest';
import { adapterTensors, addAdapter, countParameters, saveAdapter } from '../../src/bases/surgery/index.js';
import {
  adaptedBase,
  adapterCases,
  adapterLossDifference,
  baseOf,
  headOf,
  logitDifference,
  selectionCases,
  selectionLossDifference,
  shapesOf,
  specOf,
} from '../support/peft.js';

describe('what PEFT makes of a model', () => {
  it.each(adapterCases)('%s, %s: the same tensors by the same names, as many numbers', async (_, method, one) => {
    const base = await baseOf(one);
    const { model } = addAdapter(base, specOf(method, one), { seed: 0, head: headOf(one) });
    expect(shapesOf(await saveAdapter(model))).toEqual(one.trained);
    expect(countParameters(model).trainable).toBe(one.count);
    expect(adapterTensors(model).size).toBe(Object.keys(one.trained).length);
  });

  it.each(adapterCases)('%s, %s: the same logits', async (_, method, one) => {
    const { model } = await adaptedBase(method, one);
    // Roundings of float32 against double precision through two layers.
    expect(await logitDifference(model, one, one.logits)).toBeLessThan(1e-5);
  });

  it.each(adapterCases)('%s, %s: the same losses in twenty steps', async (family, method, one) => {
    // A share of training's effect on the loss. Roundings of float32 leave less than 3e-6, and ten times that behind the kinks of ReLU; a rate that is
    // off by a thousandth leaves about 1e-3, the gradient of DoRA's norm as much.
    expect(await adapterLossDifference(method, one)).toBeLessThan(family === 'resnet' ? 1e-4 : 1e-5);
  });

  it.each(selectionCases)('%s, %s: the same losses in twenty steps', async (_, method, one) => {
    expect(await selectionLossDifference(method, one)).toBeLessThan(1e-5);
  });
});
