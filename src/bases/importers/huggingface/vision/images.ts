import * as z from 'zod';
import { addParameter, concatenate, type Network, patchConv, repeatForBatch, reshape, toSequence, type Value } from '../../torch-layers/index.js';
import { count } from '../family.js';

type Size = readonly [height: number, width: number];

/** A height and a width, or one number for both. */
const sides = z.union([count, z.tuple([count, count])]).transform((size): Size => (typeof size === 'number' ? [size, size] : size));

/** What configurations say of images; transformers has 224×224 where nothing is said. */
export const imageShape = { image_size: sides.default([224, 224]), num_channels: count.default(3) };

/** Images `[batch, channels, height, width]`. */
export function imageInput(net: Network, { image_size, num_channels }: { image_size: Size; num_channels: number }): Value {
  return net.images(image_size, num_channels, 'pixel_values');
}

/** The patches of images in rows, behind tokens that are the same for all: `[N, tokens + patches, width]`. */
export function patchesBehind(tokens: readonly string[], images: Value, projection: string): Value {
  const patches = toSequence(patchConv(images, projection));
  const width = Number(patches.dims[2]);
  const first = tokens.map((name) => {
    const token = images.net.parameter(name, images.net.dimsOf(name));
    return repeatForBatch(reshape(token, [1, 1, width]), patches);
  });
  return first.toReversed().reduce((rest, token) => concatenate([token, rest], 1), patches);
}

/** Adds to each token what a table `[1, tokens, width]` has for its place. */
export function addPositions(x: Value, table: string): Value {
  return addParameter(x, table, [1, Number(x.dims[1]), Number(x.dims[2])]);
}
