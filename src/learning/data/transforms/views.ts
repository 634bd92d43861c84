import { float32, type Random, sizeOf, type Tensor } from '../../../core/index.js';
import { cropImage, type Image } from '../image.js';
import { mirrorColumns } from './flip.js';
import { applySteps, type Pipeline } from './pipeline.js';
import { cropCenter, padToAtLeast } from './place.js';
import type { ImageStep, TransformStep } from './table.js';
import { type ToTensorStep, tensorConverter } from './to-tensor.js';

/** Images to look at in the place of one. */
type Looks = (image: Image, random: Random) => readonly Image[];

/** What a model is shown of one image at prediction. One row adds a set of views. */
const views = {
  /** The image and its mirror image. */
  flip: (steps) => mirrored((image, random) => [applySteps(image, steps, random)]),
  /** The four corners and the middle (Krizhevsky et al., 2012). */
  'five-crop': fiveCrops,
  /** Those and their mirror images. */
  'ten-crop': (steps) => mirrored(fiveCrops(steps)),
} as const satisfies Readonly<Record<string, (steps: readonly ImageStep[]) => Looks>>;

export type ViewsName = keyof typeof views;
export const viewsNames = Object.keys(views) as [ViewsName, ...ViewsName[]];

/** By how much an image is enlarged for crops of it, where the steps show all of it: 256 for 224 pixels. */
const ENLARGED = 8 / 7;

/** Views of an image, `[V, C, H, W]` or `[V, H, W, C]`, from the steps that give the usual one. */
export function viewsPipeline(name: ViewsName, steps: readonly TransformStep[]): Pipeline {
  const looks: Looks = views[name](steps.slice(0, -1) as ImageStep[]);
  const convert = tensorConverter(steps.at(-1) as ToTensorStep);
  return (image, random) => joined(looks(image, random).map(convert));
}

/** Number of views. */
export function countViews(name: ViewsName): number {
  return { flip: 2, 'five-crop': 5, 'ten-crop': 10 }[name];
}

function mirrored(looks: Looks): Looks {
  return (image, random) => looks(image, random).flatMap((one) => [one, mirrorColumns(one)]);
}

/** Crops of what lies before the last step that has a size, or of a larger image where that step only resizes. */
function fiveCrops(steps: readonly ImageStep[]): Looks {
  const last = steps.findLastIndex((step) => 'size' in step);
  const [before, sized, after] = [steps.slice(0, Math.max(0, last)), steps.slice(Math.max(0, last), last + 1), steps.slice(last + 1)];
  const larger = sized.flatMap((step) => (step.name === 'resize' ? [enlarged(step)] : []));
  return (image, random) => {
    const whole = applySteps(image, before, random);
    const { height, width } = applySteps(whole, sized, random);
    const canvas = padToAtLeast(applySteps(whole, larger, random), height, width, [0, 0, 0]);
    const [right, bottom] = [canvas.width - width, canvas.height - height];
    const corners = [
      [0, 0],
      [right, 0],
      [0, bottom],
      [right, bottom],
    ].map(([left = 0, top = 0]) => cropImage(canvas, left, top, width, height));
    return [...corners, cropCenter(canvas, height, width)].map((crop) => applySteps(crop, after, random));
  };
}

function enlarged(step: Extract<ImageStep, { name: 'resize' }>): ImageStep {
  const larger = (side: number): number => Math.round(side * ENLARGED);
  return { ...step, size: typeof step.size === 'number' ? larger(step.size) : [larger(step.size[0]), larger(step.size[1])] };
}

function joined(tensors: readonly Tensor[]): Tensor {
  const dims = tensors[0]?.dims ?? [];
  const data = new Float32Array(tensors.length * sizeOf(dims));
  tensors.forEach((tensor, i) => {
    data.set(tensor.data as Float32Array, i * sizeOf(dims));
  });
  return float32([tensors.length, ...dims], data);
}
