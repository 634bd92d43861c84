import { expect, it } from 'vitest';
import { memoryFolder } from '../../src/bases/hub/index.js';
import { importFolder } from '../../src/bases/importers/index.node.js';
import { float32, type Tensor } from '../../src/core/index.js';
import { writeSafetensors } from '../../src/core/safetensors.js';

/** A VGG-16 of two channels; the numbers of the convolutions in its `Sequential`. */
const convolutions = [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28];
const filled = (dims: readonly number[], value: number): Tensor => float32(dims, new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(value));

it('the classifier of weights that were published for their features alone is left out: it holds no numbers', async () => {
  const features = convolutions.flatMap((at): [string, Tensor][] => [
    [`features.${at}.weight`, filled([2, at === 0 ? 3 : 2, 3, 3], 0.1)],
    [`features.${at}.bias`, filled([2], 0)],
  ]);
  const classifier = [0, 3, 6].flatMap((at): [string, Tensor][] => [
    [`classifier.${at}.weight`, filled([4, at === 0 ? 98 : 4], Number.NaN)],
    [`classifier.${at}.bias`, filled([4], Number.NaN)],
  ]);
  const file = writeSafetensors([...features, ...classifier]);
  const { model, features: read, labels } = await importFolder(memoryFolder({ 'vgg16_features-amdegroot-88682ab5.pth': file }));
  expect(read).toBe('features');
  expect(labels).toBeUndefined();
  expect([...model.graph.initializers.keys()].filter((name) => name.startsWith('classifier'))).toEqual([]);
});
