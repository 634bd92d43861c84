import { type Colour, cropImage, filledImage, type Image, pasteImage } from '../image.js';

/** Centres the image on a canvas of at least `height` × `width`; an image that is large enough is returned as it is. */
export function padToAtLeast(image: Image, height: number, width: number, fill: Colour): Image {
  if (image.height >= height && image.width >= width) return image;
  const canvas = filledImage(Math.max(width, image.width), Math.max(height, image.height), image.channels, fill);
  pasteImage(canvas, image, (canvas.width - image.width) >> 1, (canvas.height - image.height) >> 1);
  return canvas;
}

/** Adds `margin` pixels on every side. */
export function padBy(image: Image, margin: number, fill: Colour): Image {
  if (margin === 0) return image;
  const canvas = filledImage(image.width + 2 * margin, image.height + 2 * margin, image.channels, fill);
  pasteImage(canvas, image, margin, margin);
  return canvas;
}

/** The central `height` × `width` pixels of an image that is at least as large; offsets are rounded as torchvision does, half to even. */
export function cropCenter(image: Image, height: number, width: number): Image {
  return cropImage(image, halfToEven(image.width - width), halfToEven(image.height - height), width, height);
}

function halfToEven(margin: number): number {
  const half = margin >> 1;
  return margin % 2 === 1 && half % 2 === 1 ? half + 1 : half;
}
