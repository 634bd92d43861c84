import type { Preprocessing } from '../../../bases/importers/index.js';
import { parseTransforms } from './pipeline.js';
import type { TransformStep } from './table.js';

/** Steps for evaluation and prediction: the middle of the image at the model's size. */
export function evalTransforms(preprocessing: Preprocessing): TransformStep[] {
  const { size, cropShare = 1, fit = 'cover', filter = 'bilinear' } = preprocessing;
  // A share such as 224 / 232 has an error of its own.
  const enlarged = size.map((side) => Math.floor(side / cropShare + 1e-6));
  const steps: unknown[] = [{ name: 'resize', size: enlarged, fit, filter }];
  if (cropShare !== 1) steps.push({ name: 'center-crop', size });
  return parseTransforms([...steps, toTensor(preprocessing)]);
}

/** Steps for training: a random part of the image, mirrored half of the time. */
export function trainTransforms(preprocessing: Preprocessing, smallestShare = 0.35): TransformStep[] {
  const { size, filter = 'bilinear' } = preprocessing;
  const crop = { name: 'random-resized-crop', size, scale: [smallestShare, 1], filter };
  return parseTransforms([crop, 'horizontal-flip', toTensor(preprocessing)]);
}

function toTensor({ layout, channels, order, range, mean, std }: Preprocessing): unknown {
  return { name: 'to-tensor', layout, channels, order, range, mean, std };
}
