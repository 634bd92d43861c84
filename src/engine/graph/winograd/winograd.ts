import { attribute } from '../attributes.js';
import type { GraphBuilder, Value } from '../builder.js';
import type { Node } from '../model.js';
import { windowOf } from '../shapes/window.js';
import { POINTS, TAPS, tilesFor } from './matrices.js';
import { imageAtPoints, imageFromPoints, kernelAtPoints, kernelFromPoints, outputsAtPoints, outputsFromPoints, type Tiling } from './transforms.js';

/**
 * Convolutions with a 3×3 kernel by Winograd's minimal filtering: tiles of 4×4 outputs take a product for each of 36 points where they
 * otherwise take one for each of 144 pairs of output and tap. Lavin and Gray, "Fast algorithms for convolutional neural networks" (arXiv
 * 1509.09308). Kernel, image and outputs pass linear maps, whose transposes make the gradients.
 */

/** At most this share of a plain convolution's multiplications pays for moving the values of tiles. */
const WORTH = 0.75;

/** How a Conv falls into tiles; `undefined` where it has another kernel than 3×3, strides or dilations, or where tiles do not pay. */
export function tilingOf(node: Node, image: Value, kernel: Value): Tiling | undefined {
  if (image.dims.length !== 4 || image.type !== 'float32' || attribute.int(node, 'group', 1) !== 1) return undefined;
  const { kernel: taps, strides, dilations, padsBegin, output } = windowOf(node, image.dims.slice(2), kernel.dims.slice(2));
  const plain = taps.every((size) => size === TAPS) && [...strides, ...dilations].every((step) => step === 1);
  if (!plain || output.includes(0)) return undefined;
  const tiling = { image: pair(image.dims.slice(2)), grid: pair(output), begin: pair(padsBegin) };
  return pays(tiling, image.dims[0] as number, kernel) ? tiling : undefined;
}

function pair(values: readonly number[]): [number, number] {
  return [values[0] as number, values[1] as number];
}

/** Compares multiplications a sample. */
function pays({ image, grid }: Tiling, samples: number, { dims: [m = 0, c = 0] }: Value): boolean {
  const [rows, columns] = [POINTS * tilesFor(grid[0]), POINTS * tilesFor(grid[1])];
  const maps = (size: readonly [number, number]): number => rows * size[1] * (size[0] + columns);
  const tiled = rows * columns * m * c + maps(image) * c + maps(grid) * m + (POINTS * POINTS * TAPS * TAPS * m * c) / samples;
  return tiled <= WORTH * grid[0] * grid[1] * TAPS * TAPS * m * c;
}

/** `[N, M, grid]`. */
function convolved(b: GraphBuilder, image: Value, kernel: Value, tiling: Tiling): Value {
  const turned = b.transpose(kernelAtPoints(b, kernel), [0, 2, 1]);
  return outputsFromPoints(b, b.matMul(imageAtPoints(b, image, tiling), turned), image.dims[0] as number, tiling);
}

/** The gradients by image and kernel, those that are wanted, from that by the outputs. */
export function convolutionGradients(
  b: GraphBuilder,
  { image, kernel, dy }: Readonly<Record<'image' | 'kernel' | 'dy', Value>>,
  tiling: Tiling,
  wants: Readonly<Record<'image' | 'kernel', boolean>>,
): [Value | undefined, Value | undefined] {
  const products = outputsAtPoints(b, dy, tiling);
  const byKernel = (): Value => kernelFromPoints(b, b.matMul(b.transpose(products, [0, 2, 1]), imageAtPoints(b, image, tiling)));
  const byImage = (): Value => imageFromPoints(b, b.matMul(products, kernelAtPoints(b, kernel)), image.dims[0] as number, tiling);
  return [wants.image ? byImage() : undefined, wants.kernel ? byKernel() : undefined];
}

/** Every Conv that pays computed by tiles. To be called once gradients are there: their rules take a Conv for what it is. */
export function convolveByTiles(b: GraphBuilder): void {
  for (const node of b.nodes.filter(({ op, domain }) => op === 'Conv' && domain === '')) {
    const [image, kernel, bias] = node.inputs.map((name) => (name === '' ? undefined : b.value(name))) as [Value, Value, Value?];
    const tiling = tilingOf(node, image, kernel);
    if (tiling === undefined) continue;
    b.replace(node, () => {
      const outputs = convolved(b, image, kernel, tiling);
      return bias ? b.add(outputs, b.reshape(bias, [-1, 1, 1])) : outputs;
    });
  }
}
