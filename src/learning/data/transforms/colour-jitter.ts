import * as z from 'zod';
import type { Random } from '../../../core/index.js';
import { type Image, luminance } from '../image.js';
import { defineColours } from './step.js';

/** Strength s: the factor is drawn from [max(0, 1 − s), 1 + s]. */
const strength = z.number().min(0).max(10).default(0);

const schema = z.strictObject({
  name: z.literal('color-jitter'),
  brightness: strength,
  contrast: strength,
  saturation: strength,
  /** Strength h: the hue is turned by a share of the circle drawn from [−h, h]. */
  hue: z.number().min(0).max(0.5).default(0),
});

type Jitter = z.output<typeof schema>;
type Part = 'brightness' | 'contrast' | 'saturation' | 'hue';

/** Changes a copy of the pixels in place by one drawn amount. */
const parts: Readonly<Record<Part, (data: Uint8ClampedArray, channels: number, amount: number) => void>> = {
  brightness: (data, channels, factor) => mapColours(data, channels, (value) => value * factor),
  contrast: (data, channels, factor) => {
    const grey = meanLuminance(data, channels);
    mapColours(data, channels, (value) => grey + factor * (value - grey));
  },
  saturation: changeSaturation,
  hue: turnHue,
};

/** Changes brightness, contrast, saturation and hue by random amounts, in random order. Grey images have no saturation and hue. */
export const colourJitter = defineColours({
  schema,
  isRandom: (step) => activeParts(step).length > 0,
  recolour: jitter,
});

function activeParts(step: Jitter): Part[] {
  return (Object.keys(parts) as Part[]).filter((part) => step[part] > 0);
}

function jitter(image: Image, step: Jitter, random: Random): Uint8Array {
  const data = new Uint8ClampedArray(image.data);
  for (const part of random.shuffle(activeParts(step))) {
    const amount = part === 'hue' ? random.uniform(-step.hue, step.hue) : random.uniform(Math.max(0, 1 - step[part]), 1 + step[part]);
    if (image.channels > 1 || part === 'brightness' || part === 'contrast') parts[part](data, image.channels, amount);
  }
  return new Uint8Array(data.buffer);
}

/** Applies a function of one 8-bit value to every colour value; alpha stays. */
function mapColours(data: Uint8ClampedArray, channels: number, map: (value: number) => number): void {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => map(value));
  for (let i = 0; i < data.length; i++) {
    if (channels !== 4 || i % 4 !== 3) data[i] = table[data[i] as number] as number;
  }
}

function meanLuminance(data: Uint8ClampedArray, channels: number): number {
  let sum = 0;
  for (let i = 0; i < data.length; i += channels) {
    sum += channels === 1 ? (data[i] as number) : luminance(data[i] as number, data[i + 1] as number, data[i + 2] as number);
  }
  return Math.round(sum / (data.length / channels));
}

function changeSaturation(data: Uint8ClampedArray, channels: number, factor: number): void {
  for (let i = 0; i < data.length; i += channels) {
    const grey = luminance(data[i] as number, data[i + 1] as number, data[i + 2] as number);
    for (let c = i; c < i + 3; c++) data[c] = grey + factor * ((data[c] as number) - grey);
  }
}

/** Turns the hue of every pixel on the HSV cone by `turn` of the circle. */
function turnHue(data: Uint8ClampedArray, channels: number, turn: number): void {
  for (let i = 0; i < data.length; i += channels) {
    const red = data[i] as number;
    const green = data[i + 1] as number;
    const blue = data[i + 2] as number;
    const value = Math.max(red, green, blue);
    const chroma = value - Math.min(red, green, blue);
    if (chroma === 0) continue;
    const sector = (sectorOf(red, green, blue, value, chroma) + turn * 6 + 12) % 6;
    data[i] = fromSector(sector, 5, value, chroma);
    data[i + 1] = fromSector(sector, 3, value, chroma);
    data[i + 2] = fromSector(sector, 1, value, chroma);
  }
}

/** Hue in sixths of the circle, −1 to 5. */
function sectorOf(red: number, green: number, blue: number, value: number, chroma: number): number {
  if (value === red) return (green - blue) / chroma;
  return value === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
}

function fromSector(sector: number, offset: number, value: number, chroma: number): number {
  const k = (sector + offset) % 6;
  return value - chroma * Math.max(0, Math.min(k, 4 - k, 1));
}
