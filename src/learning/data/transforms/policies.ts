import { parseTransforms } from './pipeline.js';
import type { TransformInput, TransformStep } from './table.js';

interface Policy {
  /** Share of the image that is shown, at least. */
  readonly smallestShare: number;
  /** What follows a random crop and a mirror. */
  readonly further: readonly TransformInput[];
}

/** How much training images are changed. One row adds a policy. */
const policies = {
  none: undefined,
  light: { smallestShare: 0.35, further: [] },
  medium: { smallestShare: 0.25, further: [{ name: 'color-jitter', brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.02 }] },
  strong: { smallestShare: 0.2, further: [{ name: 'rand-augment' }, { name: 'random-erasing', chance: 0.25 }] },
} as const satisfies Readonly<Record<string, Policy | undefined>>;

type AugmentPolicy = keyof typeof policies;
export const augmentPolicies = Object.keys(policies) as [AugmentPolicy, ...AugmentPolicy[]];

/**
 * Steps for training, at the size of the evaluation steps: a random part of the image, mirrored half of the time, and what the policy adds.
 * @param evaluation returned as they are by `none`, or where no step has a size
 */
export function augmentedBy(policy: AugmentPolicy, evaluation: readonly TransformStep[]): TransformStep[] {
  const chosen: Policy | undefined = policies[policy];
  const sized = evaluation.findLast((step) => 'size' in step);
  const convert = evaluation.at(-1);
  if (chosen === undefined || sized === undefined || convert === undefined) return [...evaluation];
  const crop = { name: 'random-resized-crop', size: sized.size, scale: [chosen.smallestShare, 1] };
  return parseTransforms([crop, 'horizontal-flip', ...chosen.further, convert]);
}
