const SIDE = 96;

/** A small copy of an encoded image, at most 96 × 96 pixels, as a data URI for a report. */
export async function thumbnail(bytes: Uint8Array): Promise<string> {
  const { default: sharp } = await import('sharp');
  // Twice the size it is shown at, for dense screens.
  const small = await sharp(bytes)
    .rotate()
    .resize(2 * SIDE, 2 * SIDE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toBuffer();
  return `data:image/webp;base64,${small.toString('base64')}`;
}
