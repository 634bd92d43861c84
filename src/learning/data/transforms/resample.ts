import { emptyImage, type Image } from '../image.js';
import { type FilterName, type Kernel, kernelFor, PRECISION } from './filters.js';

/** A rectangle of whole pixels. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ResampleOptions {
  readonly filter: FilterName;
  /** Whether every input pixel counts when shrinking. */
  readonly antialias: boolean;
}

/** The nearest pixel alone: a box that keeps its width holds one. As PIL's `NEAREST`. */
export const NEAREST = { filter: 'box', antialias: false } as const satisfies ResampleOptions;

export function isNearest({ filter, antialias }: ResampleOptions): boolean {
  return filter === NEAREST.filter && antialias === NEAREST.antialias;
}

const HALF = 1 << (PRECISION - 1);
// A constant of this module: read through the import, it would cost the inner loops half their speed.
const SHIFT = PRECISION;

export function wholeOf(image: Pick<Image, 'width' | 'height'>): Region {
  return { left: 0, top: 0, width: image.width, height: image.height };
}

/**
 * Resizes a region of an image, columns first, then rows, in the fixed-point arithmetic of PIL's `Image.resize`, bit for bit.
 * Colour is weighted by alpha. Pixels outside the region do not count.
 */
export function resample(image: Image, region: Region, width: number, height: number, { filter, antialias }: ResampleOptions): Image {
  const columns = kernelFor(region.width, width, filter, antialias);
  const rows = kernelFor(region.height, height, filter, antialias);
  const source = image.channels === 4 ? premultiply(image) : image;
  const result = resampleRows(resampleColumns(source, region, columns, width), rows, height);
  return image.channels === 4 ? unpremultiply(result) : result;
}

/** Keeps the rows of the region and resizes each to `width` pixels. */
function resampleColumns(image: Image, region: Region, kernel: Kernel, width: number): Image {
  const result = emptyImage(width, region.height, image.channels);
  for (let y = 0; y < region.height; y++) {
    const rowStart = ((region.top + y) * image.width + region.left) * image.channels;
    if (image.channels === 3) resampleRowOf3(image.data, rowStart, kernel, result.data, y * width * 3);
    else resampleRow(image, rowStart, kernel, result.data, y * width * image.channels);
  }
  return result;
}

function resampleRowOf3(
  source: Uint8Array,
  rowStart: number,
  { starts, counts, weights, taps }: Kernel,
  target: Uint8Array,
  targetStart: number,
): void {
  const width = starts.length;
  for (let x = 0, to = targetStart; x < width; x++, to += 3) {
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    let from = rowStart + (starts[x] as number) * 3;
    const first = x * taps;
    const last = first + (counts[x] as number);
    for (let k = first; k < last; k++, from += 3) {
      const weight = weights[k] as number;
      red = (red + Math.imul(source[from] as number, weight)) | 0;
      green = (green + Math.imul(source[from + 1] as number, weight)) | 0;
      blue = (blue + Math.imul(source[from + 2] as number, weight)) | 0;
    }
    target[to] = clamp(red >> SHIFT);
    target[to + 1] = clamp(green >> SHIFT);
    target[to + 2] = clamp(blue >> SHIFT);
  }
}

function resampleRow(image: Image, rowStart: number, { starts, counts, weights, taps }: Kernel, target: Uint8Array, targetStart: number): void {
  const { channels, data } = image;
  for (let x = 0; x < starts.length; x++) {
    for (let c = 0; c < channels; c++) {
      let sum = HALF;
      let from = rowStart + (starts[x] as number) * channels + c;
      for (let k = x * taps; k < x * taps + (counts[x] as number); k++, from += channels) {
        sum = (sum + Math.imul(data[from] as number, weights[k] as number)) | 0;
      }
      target[targetStart + x * channels + c] = clamp(sum >> SHIFT);
    }
  }
}

/** Resizes each column to `height` pixels. */
function resampleRows(image: Image, kernel: Kernel, height: number): Image {
  const result = emptyImage(image.width, height, image.channels);
  const rowBytes = image.width * image.channels;
  const whole = rowBytes - (rowBytes % 4);
  for (let y = 0; y < height; y++) {
    combineRowsBy4(image.data, rowBytes, kernel, y, result.data, whole);
    combineRows(image.data, rowBytes, kernel, y, result.data, whole);
  }
  return result;
}

/** Row `y` of the result up to byte `end`, four neighbours at a time: twice as fast as one at a time. */
function combineRowsBy4(
  source: Uint8Array,
  rowBytes: number,
  { starts, counts, weights, taps }: Kernel,
  y: number,
  target: Uint8Array,
  end: number,
): void {
  const start = (starts[y] as number) * rowBytes;
  const first = y * taps;
  const last = first + (counts[y] as number);
  for (let x = 0, to = y * rowBytes; x < end; x += 4, to += 4) {
    let a = HALF;
    let b = HALF;
    let c = HALF;
    let d = HALF;
    for (let k = first, from = start + x; k < last; k++, from += rowBytes) {
      const weight = weights[k] as number;
      a = (a + Math.imul(source[from] as number, weight)) | 0;
      b = (b + Math.imul(source[from + 1] as number, weight)) | 0;
      c = (c + Math.imul(source[from + 2] as number, weight)) | 0;
      d = (d + Math.imul(source[from + 3] as number, weight)) | 0;
    }
    target[to] = clamp(a >> SHIFT);
    target[to + 1] = clamp(b >> SHIFT);
    target[to + 2] = clamp(c >> SHIFT);
    target[to + 3] = clamp(d >> SHIFT);
  }
}

/** Row `y` of the result from byte `begin` on. */
function combineRows(
  source: Uint8Array,
  rowBytes: number,
  { starts, counts, weights, taps }: Kernel,
  y: number,
  target: Uint8Array,
  begin: number,
): void {
  const first = y * taps;
  const last = first + (counts[y] as number);
  for (let x = begin; x < rowBytes; x++) {
    let sum = HALF;
    for (let k = first, from = (starts[y] as number) * rowBytes + x; k < last; k++, from += rowBytes) {
      sum = (sum + Math.imul(source[from] as number, weights[k] as number)) | 0;
    }
    target[y * rowBytes + x] = clamp(sum >> SHIFT);
  }
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

/** Colour times alpha, rounded as PIL does. */
function premultiply(image: Image): Image {
  return mapColours(image, (colour, alpha) => {
    const product = colour * alpha + 128;
    return ((product >> 8) + product) >> 8;
  });
}

function unpremultiply(image: Image): Image {
  return mapColours(image, (colour, alpha) => (alpha === 0 ? colour : Math.min(255, Math.trunc((255 * colour) / alpha))));
}

function mapColours(image: Image, map: (colour: number, alpha: number) => number): Image {
  const data = image.data.slice();
  for (let i = 0; i < data.length; i += 4) {
    for (let c = 0; c < 3; c++) data[i + c] = map(data[i + c] as number, data[i + 3] as number);
  }
  return { ...image, data };
}
