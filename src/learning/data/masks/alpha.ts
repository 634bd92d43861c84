import { fail } from '../../../core/index.js';
import { type Image, isOpaque, type Mask } from '../image.js';

/**
 * What can be seen of an image as its second class, the rest as its first.
 * @param threshold from which alpha on a pixel can be seen, 1 to 255
 * @throws DATA_MASK_MISSING where all of it can
 */
export function alphaMask(pixels: Image, threshold: number, file: string): Mask {
  if (isOpaque(pixels)) fail('DATA_MASK_MISSING', { file, reason: 'nothing of it is transparent' });
  const { width, height, data } = pixels;
  return { width, height, data: Uint8Array.from({ length: width * height }, (_, i) => Number((data[4 * i + 3] as number) >= threshold)) };
}
