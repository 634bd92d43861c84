import { classIoUs, measurePixels } from './pixels/measure.js';
import { pixelSummary } from './pixels/summary.js';
import type { Prediction } from './prediction.js';
import type { Task } from './task.js';

/** A class for each pixel, and how much of the image each takes. */
export function maskPrediction(
  mask: { readonly width: number; readonly height: number; readonly classes: Uint8Array },
  names: readonly string[],
): Prediction {
  const counts = new Float64Array(names.length);
  for (const label of mask.classes) counts[label] = (counts[label] as number) + 1;
  const shares = Object.fromEntries(names.map((name, label) => [name, (counts[label] as number) / Math.max(1, mask.classes.length)]));
  return { kind: 'mask', ...mask, shares };
}

/** One class a pixel. */
export const semanticSegmentation: Task = {
  name: 'semantic-segmentation',
  content: 'image',
  target: 'masks',
  targetType: 'int64',
  targetDims: ([, height = 0, width = 0]) => [height, width],
  summary: pixelSummary,
  defaultLoss: { name: 'pixel-cross-entropy', labelSmoothing: 0 },
  losses: ['cross-entropy', 'cross-entropy+dice', 'cross-entropy+lovasz', 'dice', 'lovasz'],
  primary: { metric: 'meanIoU', better: 'higher' },
  measure: measurePixels,
  // A class that neither occurs nor is guessed has none.
  perOutput: (predictions) => classIoUs(predictions).map((iou) => (iou === undefined ? {} : { iou })),
  // Images are answered in windows, at their own size.
  decode: (row, names) => ({ kind: 'values', values: Object.fromEntries(Array.from(row, (value, i) => [names[i] ?? String(i), value])) }),
};
