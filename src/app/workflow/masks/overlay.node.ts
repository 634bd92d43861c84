import type { Image } from '../../../learning/data/index.js';
import { classColour } from './colours.js';
import type { Classes } from './palette-png.node.js';

/** Share of a class's colour in a pixel. */
const OPACITY = 0.5;
/** Pixels of a line of the legend, and the least width in which names can be read. */
const LINE = 20;
const LEAST_WIDTH = 160;
/** A class of less than this share of the image is not in the legend. */
const LEAST_SHARE = 0.0005;

/** A class as the legend names it. */
interface Entry {
  readonly label: string;
  readonly index: number;
  /** Of the image's pixels, 0 to 1. */
  readonly share: number;
}

/** The image as PNG with the colours of its classes over it, the black first class left out, and a legend below. @param names of the classes */
export async function overlayPng(
  image: Image,
  mask: Classes,
  names: readonly string[],
  shares: Readonly<Record<string, number>>,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const { width, height } = mask;
  const entries = names.map((label, index) => ({ label, index, share: shares[label] ?? 0 })).filter(({ share }) => share >= LEAST_SHARE);
  const strip = { width: Math.max(LEAST_WIDTH, width), height: LINE * entries.length };
  const picture = sharp(blended(image, mask), { raw: { width, height, channels: 3 } });
  return picture
    .extend({ right: strip.width - width, bottom: strip.height, background: 'white' })
    .composite([{ input: Buffer.from(legend(entries, strip)), left: 0, top: height }])
    .png()
    .toBuffer();
}

function blended({ channels, data }: Image, { width, height, classes }: Classes): Uint8Array {
  const result = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const index = classes[pixel] as number;
    const colour = classColour(index);
    for (let channel = 0; channel < 3; channel++) {
      const own = data[pixel * channels + (channels === 1 ? 0 : channel)] as number;
      result[3 * pixel + channel] = index === 0 ? own : Math.round((1 - OPACITY) * own + OPACITY * (colour[channel] as number));
    }
  }
  return result;
}

function legend(entries: readonly Entry[], { width, height }: { readonly width: number; readonly height: number }): string {
  const lines = entries.map(({ label, index, share }, line) => {
    const y = line * LINE;
    const text = `${escaped(label)} ${(100 * share).toFixed(1)}%`;
    return `<rect x="4" y="${y + 4}" width="12" height="12" fill="rgb(${classColour(index).join()})"/><text x="22" y="${y + 15}" font-family="sans-serif" font-size="13">${text}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${lines.join('')}</svg>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
