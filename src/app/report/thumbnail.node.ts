import type { Image } from '../../learning/data/index.js';

const SIDE = 96;

/** A small copy of an image, at most 96 × 96 pixels, as a data URI for a report. */
export async function thumbnail({ data, width, height, channels }: Image): Promise<string> {
  const { default: sharp } = await import('sharp');
  // Twice the size it is shown at, for dense screens.
  const small = await sharp(data, { raw: { width, height, channels } })
    .resize(2 * SIDE, 2 * SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
  return `data:image/webp;base64,${small.toString('base64')}`;
}
