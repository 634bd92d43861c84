import { crc32, deflateSync } from 'node:zlib';
import type { Colour } from '../../src/learning/data/image.js';

interface PngPixels {
  readonly width: number;
  readonly height: number;
  /** Bits a number. */
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** One a pixel, row by row; the rest is 0. */
  readonly values: ArrayLike<number>;
  /** Makes the values indices; without it they are grey. */
  readonly palette?: readonly Colour[];
  /** Chunks between header and pixels, by name. */
  readonly extra?: Readonly<Record<string, Uint8Array>>;
}

/** A PNG file that holds exactly these numbers, as encoders of images do not write it. */
export function pngOf({ width, height, depth, values, palette, extra = {} }: PngPixels): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, palette ? 3 : 0], 8);
  return Uint8Array.from(
    Buffer.concat([
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk('IHDR', header),
      ...(palette ? [chunk('PLTE', Uint8Array.from(palette.flat()))] : []),
      ...Object.entries(extra).map(([name, data]) => chunk(name, data)),
      chunk('IDAT', deflateSync(rows(width, height, depth, values))),
      chunk('IEND', new Uint8Array(0)),
    ]),
  );
}

/** Unfiltered rows, each behind its filter type 0 and filled up to whole bytes. */
function rows(width: number, height: number, depth: number, values: ArrayLike<number>): Uint8Array {
  const rowBytes = 1 + Math.ceil((width * depth) / 8);
  const result = new Uint8Array(rowBytes * height);
  for (let i = 0; i < values.length; i++) {
    const bit = (i % width) * depth;
    const at = Math.floor(i / width) * rowBytes + 1 + (bit >> 3);
    const value = values[i] as number;
    if (depth === 16) result.set([value >> 8, value & 0xff], at);
    else result[at] = (result[at] as number) | (value << (8 - depth - (bit & 7)));
  }
  return result;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const result = Buffer.alloc(12 + data.length);
  result.writeUInt32BE(data.length, 0);
  result.write(name, 4, 'latin1');
  result.set(data, 8);
  result.writeUInt32BE(crc32(result.subarray(4, 8 + data.length)), 8 + data.length);
  return result;
}
