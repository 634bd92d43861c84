import { parseTransforms, type TransformStep } from '../../learning/data/index.js';

/** Sides of what the steps give, where a step says it. */
function sizeOf(steps: readonly TransformStep[]): readonly [number, number] | undefined {
  const size = steps.findLast((step) => 'size' in step)?.size;
  return typeof size === 'number' ? [size, size] : size;
}

/**
 * Steps that show the same part of an image, with the same random changes, as `train` does, at the size and in the numbers that another model takes.
 * @param own that model's steps for evaluation
 */
export function viewOf(train: readonly TransformStep[], own: readonly TransformStep[]): TransformStep[] {
  const [given, wanted] = [sizeOf(train), sizeOf(own)];
  const convert = own.at(-1) as TransformStep;
  if (given === undefined || wanted === undefined) return [...train.slice(0, -1), ...own];
  const scaled = (side: number, axis: 0 | 1): number => Math.round((side * wanted[axis]) / given[axis]);
  const resized = (step: TransformStep): TransformStep => {
    if (!('size' in step)) return step;
    const [height, width] = typeof step.size === 'number' ? [step.size, step.size] : step.size;
    const size: [number, number] = [scaled(height, 0), scaled(width, 1)];
    const isSquare = typeof step.size === 'number' && size[0] === size[1];
    return { ...step, size: isSquare ? size[0] : size };
  };
  return [...train.slice(0, -1).map(resized), convert];
}

/** A weak view of an image: most of it, mirrored half of the time. @param steps for evaluation */
export function weakView(steps: readonly TransformStep[]): TransformStep[] {
  return parseTransforms([...cropped(steps, WEAK_AREA), 'horizontal-flip', steps.at(-1)]);
}

/** A strong view: a random part of the image, mirrored half of the time, and changed by two random operations (RandAugment). @param steps for evaluation */
export function strongView(steps: readonly TransformStep[]): TransformStep[] {
  return parseTransforms([...cropped(steps, STRONG_AREA), 'horizontal-flip', STRONG, steps.at(-1)]);
}

/** An eighth of either side, as FixMatch moves images. */
const WEAK_AREA = (7 / 8) ** 2;
const STRONG_AREA = 0.35;
/** As FixMatch changes images, at the strength of the middle of its range. */
const STRONG = { name: 'rand-augment', operations: 2, magnitude: 10 };

function cropped(steps: readonly TransformStep[], least: number): object[] {
  const size = sizeOf(steps);
  return size === undefined ? [...steps.slice(0, -1)] : [{ name: 'random-resized-crop', size, scale: [least, 1] }];
}
