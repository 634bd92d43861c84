import { type Image, luminance } from '../image.js';

/** Changes of colour in the arithmetic of PIL's `ImageEnhance` and `ImageOps`. Alpha stays. */

/** Towards black (0) or away from it; 1 leaves the image as it is. */
export function brightness(image: Image, factor: number): Uint8Array {
  return mapValues(
    image,
    tableOf((value) => blend(0, value, factor)),
  );
}

/** Towards the mean luminance (0) or away from it. */
export function contrast(image: Image, factor: number): Uint8Array {
  let sum = 0;
  for (let i = 0; i < image.data.length; i += image.channels) sum += greyAt(image, i);
  const mean = Math.floor((sum * image.channels) / image.data.length + 0.5);
  return mapValues(
    image,
    tableOf((value) => blend(mean, value, factor)),
  );
}

/** Towards grey (0) or away from it. */
export function saturation(image: Image, factor: number): Uint8Array {
  return blendWith(image, factor, (position, channel) => greyAt(image, position - channel));
}

/** Towards the image smoothed by a 3 × 3 kernel (0) or away from it; the outermost pixels stay. */
export function sharpness(image: Image, factor: number): Uint8Array {
  const { width, height, channels, data } = image;
  const rowBytes = width * channels;
  return blendWith(image, factor, (position) => {
    const [x, y] = [Math.floor((position % rowBytes) / channels), Math.floor(position / rowBytes)];
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return data[position] as number;
    let sum = 4 * (data[position] as number);
    for (const row of [position - rowBytes, position, position + rowBytes]) {
      sum += (data[row - channels] as number) + (data[row] as number) + (data[row + channels] as number);
    }
    return Math.floor(sum / 13 + 0.5);
  });
}

/** Keeps the highest `bits` of each value, 0 to 8. */
export function posterize(image: Image, bits: number): Uint8Array {
  const mask = 256 - 2 ** (8 - bits);
  return mapValues(
    image,
    tableOf((value) => value & mask),
  );
}

/** Inverts values from `threshold` on. */
export function solarize(image: Image, threshold: number): Uint8Array {
  return mapValues(
    image,
    tableOf((value) => (value < threshold ? value : 255 - value)),
  );
}

/** Stretches each channel to 0 … 255. */
export function autoContrast(image: Image): Uint8Array {
  return mapChannels(image, (histogram) => {
    const [low, high] = [histogram.findIndex((count) => count > 0), histogram.findLastIndex((count) => count > 0)];
    if (high <= low) return tableOf((value) => value);
    const scale = 255 / (high - low);
    return tableOf((value) => clip(Math.trunc(value * scale - low * scale)));
  });
}

/** Makes the values of each channel equally frequent. */
export function equalize(image: Image): Uint8Array {
  return mapChannels(image, (histogram) => {
    const last = histogram.findLast((count) => count > 0) ?? 0;
    const step = Math.floor((histogram.reduce((a, b) => a + b, 0) - last) / 255);
    if (step === 0) return tableOf((value) => value);
    let sum = Math.floor(step / 2);
    return tableOf((value) => {
      const level = Math.floor(sum / step);
      sum += histogram[value] as number;
      return clip(level);
    });
  });
}

/** PIL's `Image.blend` of one value, whose factor is in single precision. */
function blend(from: number, to: number, factor: number): number {
  return clip(Math.trunc(Math.fround(from + Math.fround(Math.fround(factor) * (to - from)))));
}

function clip(value: number): number {
  return Math.max(0, Math.min(255, value));
}

function tableOf(map: (value: number) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, value) => map(value));
}

function greyAt({ data, channels }: Image, position: number): number {
  if (channels === 1) return data[position] as number;
  return luminance(data[position] as number, data[position + 1] as number, data[position + 2] as number);
}

function isAlpha({ channels }: Image, position: number): boolean {
  return channels === 4 && position % 4 === 3;
}

function mapValues(image: Image, table: Uint8Array): Uint8Array {
  return image.data.map((value, position) => (isAlpha(image, position) ? value : (table[value] as number)));
}

/** @param other the value to go away from, at a position in the data and its channel */
function blendWith(image: Image, factor: number, other: (position: number, channel: number) => number): Uint8Array {
  const { channels } = image;
  return image.data.map((value, position) => (isAlpha(image, position) ? value : blend(other(position, position % channels), value, factor)));
}

function mapChannels(image: Image, tableFor: (histogram: number[]) => Uint8Array): Uint8Array {
  const { channels, data } = image;
  const histograms = Array.from({ length: channels }, () => new Array<number>(256).fill(0));
  data.forEach((value, position) => {
    const histogram = histograms[position % channels] as number[];
    histogram[value] = (histogram[value] as number) + 1;
  });
  const tables = histograms.map(tableFor);
  return data.map((value, position) => (isAlpha(image, position) ? value : ((tables[position % channels] as Uint8Array)[value] as number)));
}
