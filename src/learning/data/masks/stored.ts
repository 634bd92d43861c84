import { fail } from '../../../core/index.js';
import type { ImageDecoder } from '../decode.js';
import { asNumbers, isPng } from '../formats/png.js';
import type { Colour, Image } from '../image.js';
import { lossyFormat } from './lossy.js';

/** What a mask file holds: numbers, or colours that are not all grey. */
export type StoredMask = Pick<Image, 'width' | 'height'> &
  (
    | {
        readonly kind: 'values';
        /** A number a pixel. */
        readonly values: Uint8Array | Uint16Array;
        /** What the numbers stand for, where they are the indices of a palette. */
        readonly palette?: readonly Colour[];
      }
    | {
        readonly kind: 'colours';
        /** Red, green, blue of each pixel. */
        readonly colours: Uint8Array;
      }
  );

export interface MaskFileOptions {
  readonly decoder: ImageDecoder;
  /** Whether values are compared with a threshold alone, to which the noise of lossy compression does nothing. */
  readonly toleratesNoise: boolean;
}

/**
 * The numbers or colours of a mask file exactly as they are stored; transparent pixels count as black.
 * @throws DATA_MASK_LOSSY, DATA_IMAGE_CORRUPT, DATA_IMAGE_TOO_LARGE
 */
export async function readStored(bytes: Uint8Array<ArrayBuffer>, file: string, { decoder, toleratesNoise }: MaskFileOptions): Promise<StoredMask> {
  const format = lossyFormat(bytes);
  if (format !== undefined && !toleratesNoise) fail('DATA_MASK_LOSSY', { file, format });
  if (!isPng(bytes)) return greyOrColours(await decoder.pixels(bytes, file));
  const { bytes: rewritten, holds, palette } = asNumbers(bytes);
  const image = await decoder.pixels(rewritten, file);
  if (holds === 'colours') return greyOrColours(image);
  const { width, height } = image;
  const values = holds === 'wide' ? wideValues(image) : firstChannel(image);
  return { kind: 'values', width, height, values, ...(palette && { palette }) };
}

function firstChannel({ width, height, channels, data }: Image): Uint8Array {
  const values = new Uint8Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = data[i * channels] as number;
  return values;
}

/** Of grey with alpha; an image that is opaque throughout may come without. */
function wideValues({ width, height, channels, data }: Image): Uint16Array {
  const alpha = channels === 4 ? 3 : undefined;
  return Uint16Array.from({ length: width * height }, (_, i) => {
    const low = alpha === undefined ? 255 : (data[i * channels + alpha] as number);
    return (data[i * channels] as number) * 256 + low;
  });
}

function greyOrColours(image: Image): StoredMask {
  const { width, height } = image;
  const colours = opaqueColours(image);
  return isGrey(colours)
    ? { kind: 'values', width, height, values: firstChannel({ width, height, channels: 3, data: colours }) }
    : { kind: 'colours', width, height, colours };
}

function isGrey(colours: Uint8Array): boolean {
  for (let i = 0; i < colours.length; i += 3) {
    if (colours[i] !== colours[i + 1] || colours[i] !== colours[i + 2]) return false;
  }
  return true;
}

/** Red, green and blue of each pixel, black where it is transparent: a browser does not keep the colour of what cannot be seen. */
function opaqueColours({ width, height, channels, data }: Image): Uint8Array {
  const result = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    if (channels === 4 && data[from + 3] === 0) continue;
    for (let c = 0; c < 3; c++) result[to + c] = data[from + (channels === 1 ? 0 : c)] as number;
  }
  return result;
}
