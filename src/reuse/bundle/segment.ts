import { fail, type Tensor } from '../../core/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { type Image, type TransformStep, windowedImage } from '../../learning/data/index.js';
import { AveragedRows, Enlarged, maskPrediction, type Prediction } from '../../learning/tasks/index.js';
import type { BundleInfo } from './info.js';

/** Windows that go through the model at once. */
const TOGETHER = 4;

/** The first output of the model for `size` samples. */
type Run = (inputs: Tensors, size: number) => Promise<Tensor>;

/**
 * The class of each pixel of an image, at the image's own size. The image is brought to the scale of the training and looked at in windows as large as the model's input,
 * which overlap by a quarter; where several lie on a pixel their scores are averaged. Memory grows with the image's width, not with its height.
 */
export async function segment(image: Image, info: BundleInfo, run: Run): Promise<Prediction> {
  const [input] = info.inputs;
  const [, , height, width] = info.outputs[0]?.dims ?? [];
  if (input === undefined || typeof height !== 'number' || typeof width !== 'number')
    fail('BUNDLE_BROKEN', { path: info.base.uri, reason: 'no image size' });
  const { windows, canvas, ...place } = windowedImage(image, (info.preprocessing ?? []) as readonly TransformStep[], { height, width });
  const classes = info.labels.length;
  const averaged = new AveragedRows({ classes, height, width }, canvas.width);
  const mask = new Enlarged({ ...place, classes, stride: canvas.width, own: image });
  for (let from = 0; from < windows.length; from += TOGETHER) {
    const group = windows.slice(from, from + TOGETHER);
    const scores = await run({ [input.name]: stacked(group.map((window) => window.tensor())) }, group.length);
    const each = scores.data.length / group.length;
    for (const [i, window] of group.entries()) {
      averaged.add(window, (scores.data as Float32Array).subarray(i * each, i * each + classes * height * width));
    }
    for (const row of averaged.rowsBefore(windows[from + TOGETHER]?.top ?? canvas.height)) mask.add(row);
  }
  return maskPrediction({ width: image.width, height: image.height, classes: mask.classes }, info.labels);
}

function stacked(tensors: readonly Tensor[]): Tensor {
  const [{ type, dims, data: first }] = tensors as readonly [Tensor];
  const data = new Float32Array(first.length * tensors.length);
  for (const [i, tensor] of tensors.entries()) data.set(tensor.data as Float32Array, i * first.length);
  return { type, dims: [tensors.length, ...dims], data };
}
