import { describe, expect, it } from 'vitest';
import { compileTransforms, parseTransforms, sampleRandom } from '../../learning/data/index.js';
import { strongView, viewOf, weakView } from './session-views.js';

/** A picture with another colour in every pixel. */
const image = { width: 64, height: 48, channels: 3 as const, data: Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7 + (i >> 6)) % 256) };

const own = parseTransforms([
  { name: 'resize', size: [24, 24] },
  { name: 'to-tensor', range: [-1, 1] },
]);

describe('the view of another model', () => {
  it('is the same part of the image at its own size and in its own numbers', () => {
    const train = parseTransforms([{ name: 'random-resized-crop', size: [12, 12] }, 'horizontal-flip', { name: 'to-tensor', range: [0, 1] }]);
    const view = viewOf(train, own);
    expect(view).toMatchObject([{ name: 'random-resized-crop', size: [24, 24] }, { name: 'horizontal-flip' }, { name: 'to-tensor', range: [-1, 1] }]);
    const means = [train, view].map((steps) => {
      const { data } = compileTransforms(steps)(image, sampleRandom(1, 2, 'a'));
      return (data as Float32Array).reduce((sum, value) => sum + value, 0) / data.length;
    });
    // Both average one rectangle of the picture, at two resolutions.
    expect(((means[1] as number) + 1) / 2).toBeCloseTo(means[0] as number, 1);
  });

  it('scales what is cut out, and keeps what has no size', () => {
    const train = parseTransforms([{ name: 'resize', size: 16 }, 'grayscale', { name: 'center-crop', size: [12, 12] }, 'to-tensor']);
    expect(viewOf(train, own)).toMatchObject([{ size: 32 }, { name: 'grayscale' }, { size: [24, 24] }, { name: 'to-tensor', range: [-1, 1] }]);
  });

  it('is that model’s own, behind the changes, where these have no size', () => {
    const train = parseTransforms(['horizontal-flip', 'to-tensor']);
    expect(viewOf(train, own).map(({ name }) => name)).toEqual(['horizontal-flip', 'resize', 'to-tensor']);
  });
});

it('weak and strong views have the size that the model takes, and change from epoch to epoch', () => {
  for (const steps of [weakView(own), strongView(own)]) {
    const views = [0, 1].map((epoch) => compileTransforms(steps)(image, sampleRandom(0, epoch, 'a')));
    expect(views[0]?.dims).toEqual([3, 24, 24]);
    expect(views[0]?.data).not.toEqual(views[1]?.data);
  }
  expect(strongView(own).map(({ name }) => name)).toContain('rand-augment');
});
