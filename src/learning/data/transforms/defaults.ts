import type { FilterName } from './filters.js';
import { parseTransforms } from './pipeline.js';
import type { TransformStep } from './table.js';

/** What a base model expects of its images, as its file or its authors say. */
export interface Preprocessing {
  /** `[height, width]` of the model's input. */
  readonly size: readonly [number, number];
  /** Share of the image's shorter side that the evaluation crop keeps (default 1: the whole shorter side). */
  readonly cropShare?: number;
  readonly filter?: FilterName;
  readonly layout?: 'nchw' | 'nhwc';
  readonly channels?: 1 | 3 | 4;
  readonly order?: 'rgb' | 'bgr';
  /** What pixel values 0 and 255 become (default [0, 1]). */
  readonly range?: readonly [number, number];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** Steps for evaluation and prediction: the middle of the image at the model's size. */
export function evalTransforms(preprocessing: Preprocessing): TransformStep[] {
  const { size, cropShare = 1, filter = 'bilinear' } = preprocessing;
  const enlarged = size.map((side) => Math.floor(side / cropShare));
  const steps: unknown[] = [{ name: 'resize', size: enlarged, fit: 'cover', filter }];
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
