import { crc32, deflateSync } from 'node:zlib';
import { classColour } from './colours.js';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOURS = 256;
const PALETTE_TYPE = 3;

/** The class of each pixel, row by row. */
export interface Classes {
  readonly width: number;
  readonly height: number;
  readonly classes: Uint8Array;
}

/** A PNG file whose palette indices are the classes, as PASCAL VOC's masks are. Encoders of images choose indices themselves. */
export function palettePng({ width, height, classes }: Classes): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, PALETTE_TYPE], 8);
  const palette = Uint8Array.from(Array.from({ length: COLOURS }, (_, index) => classColour(index)).flat());
  // Each row behind the number of its filter: none.
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(classes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', palette), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array())]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const result = Buffer.alloc(12 + data.length);
  result.writeUInt32BE(data.length, 0);
  result.write(name, 4, 'latin1');
  result.set(data, 8);
  result.writeUInt32BE(crc32(result.subarray(4, 8 + data.length)), 8 + data.length);
  return result;
}
