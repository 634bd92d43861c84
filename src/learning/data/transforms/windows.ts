import { Random, type Tensor } from '../../../core/index.js';
import { cropImage, type Image } from '../image.js';
import { applyToImage, compileTransforms } from './pipeline.js';
import { padToAtLeast } from './place.js';
import type { ImageStep, TransformStep } from './table.js';

/** A part of an image that a model can take. */
export interface Window {
  readonly left: number;
  readonly top: number;
  /** `[C, H, W]` or `[H, W, C]`, as the last step makes it. */
  tensor(): Tensor;
}

/** All of an image in windows, at the scale that the model was trained with. */
export interface WindowedImage {
  /** Size of the image at that scale, without padding. */
  readonly width: number;
  readonly height: number;
  /** Where the image begins on the canvas that the windows lie on: not at 0 where it is smaller than a window. */
  readonly left: number;
  readonly top: number;
  readonly canvas: { readonly width: number; readonly height: number };
  /** Row by row. */
  readonly windows: readonly Window[];
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Share of a window that lies on its neighbour at least. */
const OVERLAP = 0.25;

/**
 * The image after the steps, but for those that cut parts off: in their place windows that cover all of it, overlapping by a quarter or more. An image that the
 * steps make as large as a window is one.
 * @param steps those of evaluation
 */
export function windowedImage(image: Image, steps: readonly TransformStep[], window: Size): WindowedImage {
  const convert = steps.at(-1) as TransformStep;
  const scaled = (steps.slice(0, -1) as ImageStep[]).reduce((current, step) => uncut(current, step), image);
  const whole = padToAtLeast(scaled, window.height, window.width, fillOf(steps));
  const pipeline = compileTransforms([convert]);
  const at = (left: number, top: number): Window => ({
    left,
    top,
    tensor: () => pipeline(cropImage(whole, left, top, window.width, window.height), new Random(0, '')),
  });
  const columns = startsOf(whole.width, window.width);
  return {
    width: scaled.width,
    height: scaled.height,
    left: (whole.width - scaled.width) >> 1,
    top: (whole.height - scaled.height) >> 1,
    canvas: whole,
    windows: startsOf(whole.height, window.height).flatMap((top) => columns.map((left) => at(left, top))),
  };
}

/** The step without what it cuts off or adds around the image. */
function uncut(image: Image, step: ImageStep): Image {
  if (step.name === 'center-crop' || step.name === 'random-crop') return image;
  if (step.name !== 'resize' || step.fit === 'stretch' || typeof step.size === 'number') return applyToImage(image, step);
  const [height, width] = step.size;
  const scales = [height / image.height, width / image.width];
  const scale = step.fit === 'cover' ? Math.max(...scales) : Math.min(...scales);
  const size = [image.height, image.width].map((side) => Math.max(1, Math.round(side * scale))) as [number, number];
  return applyToImage(image, { ...step, size, fit: 'stretch' });
}

/** What the steps fill the ground around a small image with; black where none does. */
function fillOf(steps: readonly TransformStep[]): readonly [number, number, number] {
  const fills = steps.flatMap((step) =>
    'fill' in step && Array.isArray(step.fill) ? [step.fill as unknown as readonly [number, number, number]] : [],
  );
  return fills.at(-1) ?? [0, 0, 0];
}

/** Where windows begin along a side, evenly spread, the first at its beginning and the last at its end. */
function startsOf(length: number, window: number): number[] {
  if (length <= window) return [0];
  const steps = Math.ceil((length - window) / (window * (1 - OVERLAP)));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round((i * (length - window)) / steps));
}
