import * as z from 'zod';
import { float32, type Tensor } from '../../../core/index.js';
import { type Image, withChannels } from '../image.js';

const perChannel = z.array(z.number()).min(1).max(4).readonly();

/** The last step of every list: pixels to the model's numbers. */
export const toTensorSchema = z
  .strictObject({
    name: z.literal('to-tensor'),
    layout: z.enum(['nchw', 'nhwc']).default('nchw'),
    /** What the model takes; grey images are repeated, colour is reduced to luminance, alpha is dropped. */
    channels: z.union([z.literal(1), z.literal(3), z.literal(4)]).default(3),
    order: z.enum(['rgb', 'bgr']).default('rgb'),
    /** What 0 and 255 become. */
    range: z.tuple([z.number(), z.number()]).readonly().default([0, 1]),
    /** Subtracted after the range is applied; one number a channel, in the order of `order`. */
    mean: perChannel.optional(),
    /** Divided by after the mean is subtracted. */
    std: perChannel.optional(),
  })
  .refine(({ mean, channels }) => mean === undefined || mean.length === channels, 'mean needs one number a channel')
  .refine(({ std, channels }) => std === undefined || std.length === channels, 'std needs one number a channel')
  .refine(({ std }) => std === undefined || std.every((value) => value > 0), 'std must be positive');

export type ToTensorStep = z.output<typeof toTensorSchema>;

/** A function from images to tensors of shape [C, H, W] or [H, W, C], rounding like torchvision's `ToTensor` and `Normalize`. */
export function tensorConverter(step: ToTensorStep): (image: Image) => Tensor {
  const tables = Array.from({ length: step.channels }, (_, channel) => valueTable(step, channel));
  return (image) => {
    const source = withChannels(image, step.channels);
    const { width, height } = source;
    if (step.layout === 'nchw') return float32([step.channels, height, width], planar(source, tables, step.order === 'bgr'));
    return float32([height, width, step.channels], interleaved(source, tables, step.order === 'bgr'));
  };
}

/** The number each of the 256 pixel values becomes in one channel. */
function valueTable({ range: [low, high], mean, std }: ToTensorStep, channel: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => {
    const scaled = Math.fround(low + (value / 255) * (high - low));
    const centered = Math.fround(scaled - Math.fround(mean?.[channel] ?? 0));
    return centered / Math.fround(std?.[channel] ?? 1);
  });
}

function planar({ data, channels, width, height }: Image, tables: readonly Float32Array[], reversed: boolean): Float32Array {
  const area = width * height;
  const result = new Float32Array(area * channels);
  for (let channel = 0; channel < channels; channel++) {
    const table = tables[channel] as Float32Array;
    for (let from = sourceChannel(channel, channels, reversed), to = channel * area; from < data.length; from += channels, to++) {
      result[to] = table[data[from] as number] as number;
    }
  }
  return result;
}

function interleaved({ data, channels }: Image, tables: readonly Float32Array[], reversed: boolean): Float32Array {
  const result = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const table = tables[channel] as Float32Array;
    for (let from = sourceChannel(channel, channels, reversed), to = channel; to < result.length; from += channels, to += channels) {
      result[to] = table[data[from] as number] as number;
    }
  }
  return result;
}

/** Blue, green, red: the first three channels change places, alpha stays. */
function sourceChannel(channel: number, channels: number, reversed: boolean): number {
  return reversed && channels >= 3 && channel < 3 ? 2 - channel : channel;
}
