import { expect, test } from 'vitest';
import { isRandom, parseTransforms } from './pipeline.js';
import { augmentedBy, augmentPolicies } from './policies.js';

const evaluation = parseTransforms([
  { name: 'resize', size: [256, 256] },
  { name: 'center-crop', size: [224, 200] },
  { name: 'to-tensor', order: 'bgr' },
]);

test('policies change more and more, at the size and with the numbers of evaluation', () => {
  expect(augmentPolicies.map((policy) => augmentedBy(policy, evaluation).map(({ name }) => name))).toEqual([
    ['resize', 'center-crop', 'to-tensor'],
    ['random-resized-crop', 'horizontal-flip', 'to-tensor'],
    ['random-resized-crop', 'horizontal-flip', 'color-jitter', 'to-tensor'],
    ['random-resized-crop', 'horizontal-flip', 'rand-augment', 'random-erasing', 'to-tensor'],
  ]);
  for (const policy of augmentPolicies.slice(1)) {
    const steps = augmentedBy(policy, evaluation);
    expect(isRandom(steps)).toBe(true);
    expect(steps[0]).toMatchObject({ size: [224, 200] });
    expect(steps.at(-1)).toEqual(evaluation.at(-1));
  }
});

test('steps without a size stay as they are', () => {
  const plain = parseTransforms(['to-tensor']);
  expect(augmentedBy('strong', plain)).toEqual(plain);
});
