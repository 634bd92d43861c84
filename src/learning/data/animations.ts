/** Notices animated images, of which only the first frame is read. */
export class Animations {
  readonly #files = new Set<string>();

  /** Looks at an encoded image. @param file for messages */
  see(bytes: Uint8Array, file: string): void {
    if (isAnimated(bytes)) this.#files.add(file);
  }

  /** What is to be said of those that were seen, once. */
  remarks(): readonly string[] {
    const [first, ...others] = this.#files;
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    return [`Animated images are read by their first frame alone: ${first}${more}.`];
  }
}

/** Whether an encoded image is a GIF, WebP, PNG or AVIF of several frames, by its structure alone. */
export function isAnimated(bytes: Uint8Array): boolean {
  const kind = text(bytes, 0, 4);
  if (kind === 'GIF8') return hasSecondFrame(bytes);
  if (kind === 'RIFF') return text(bytes, 8, 8) === 'WEBPVP8X' && ((bytes[20] ?? 0) & WEBP_ANIMATION) !== 0;
  if (text(bytes, 1, 3) === 'PNG') return hasAnimationControl(bytes);
  return text(bytes, 4, 8) === 'ftypavis';
}

/** The flag of the extended WebP format. */
const WEBP_ANIMATION = 0b10;

function text(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** Bytes of a colour table, by the packed field before it. */
function tableSize(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

const GIF_IMAGE = 0x2c;
const GIF_EXTENSION = 0x21;

/** Walks over the blocks of a GIF to its second image. */
function hasSecondFrame(bytes: Uint8Array): boolean {
  let at = 13 + tableSize(bytes[10] ?? 0);
  for (let frames = 0; at < bytes.length; ) {
    if (bytes[at] === GIF_IMAGE) {
      if (++frames === 2) return true;
      at = behindBlocks(bytes, at + 11 + tableSize(bytes[at + 9] ?? 0));
    } else if (bytes[at] === GIF_EXTENSION) at = behindBlocks(bytes, at + 2);
    else return false;
  }
  return false;
}

/** Sub-blocks begin with their length; an empty one ends them. */
function behindBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  for (let length = bytes[at] ?? 0; length > 0; length = bytes[at] ?? 0) at += length + 1;
  return at + 1;
}

/** Whether a PNG has an `acTL` chunk, which stands before its pixels. */
function hasAnimationControl(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 8 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = text(bytes, at + 4, 4);
    if (name === 'acTL' || name === 'IDAT') return name === 'acTL';
  }
  return false;
}
