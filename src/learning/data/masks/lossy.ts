/** Where the first chunk of a WebP file begins. */
const WEBP_CHUNKS = 12;

/**
 * The format of an image file that does not keep pixels exactly, or may not; undefined for one that does. A class index that is changed by one is
 * another class.
 */
export function lossyFormat(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'JPEG';
  if (text(bytes, 4, 8) === 'ftyp') return 'AVIF';
  if (text(bytes, 0, 4) !== 'RIFF' || text(bytes, 8, 12) !== 'WEBP') return undefined;
  return isLosslessWebp(bytes) ? undefined : 'lossy WebP';
}

/** Source: RFC 9649, section 2: the pixels lie in a chunk `VP8 ` or, without loss, `VP8L`; others may come before it. */
function isLosslessWebp(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = WEBP_CHUNKS; at + 8 <= bytes.length; ) {
    const name = text(bytes, at, at + 4);
    if (name === 'VP8L') return true;
    if (name === 'VP8 ' || name === 'ANMF') return false;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return false;
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
