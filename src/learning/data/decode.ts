import * as z from 'zod';
import { fail, RegraftError } from '../../core/index.js';
import { type Colour, flatten, type Image, isOpaque, withChannels } from './image.js';

const channel = z.int().min(0).max(255);
/** A colour in JSON: `[red, green, blue]`, each 0 to 255. */
export const colourSchema = z.tuple([channel, channel, channel]).readonly();

/** How an encoded image becomes pixels; travels in the bundle, because a prediction must do the same. */
export const decodeSchema = z.strictObject({
  /** `keep` leaves alpha as a fourth channel; a colour is what transparent images are drawn on. */
  alpha: z.union([z.literal('keep'), colourSchema]).default([255, 255, 255]),
  /** Larger images are refused before they take memory. */
  maxPixels: z.int().positive().default(100_000_000),
});
export type DecodeOptions = z.input<typeof decodeSchema>;

/** Decodes JPEG, PNG, WebP, GIF (first frame) and AVIF to 8-bit sRGB with the EXIF orientation applied. */
export interface ImageDecoder {
  /**
   * @param file name for messages
   * @returns RGB; RGBA when `alpha` is `keep` and a pixel is not opaque
   * @throws DATA_IMAGE_CORRUPT, DATA_IMAGE_TOO_LARGE
   */
  decode(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Image>;
  /** Grey, RGB or RGBA as the platform gives it, whatever `alpha` says. @throws DATA_IMAGE_CORRUPT, DATA_IMAGE_TOO_LARGE */
  pixels(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Image>;
  /** Larger images are refused. */
  readonly maxPixels: number;
  /** What {@link decode} makes of {@link pixels}. */
  compose(pixels: Image): Image;
}

/** A platform's own decoder: RGB, RGBA or grey pixels, or an exception. */
export type PlatformDecoder = (bytes: Uint8Array<ArrayBuffer>, file: string, maxPixels: number) => Promise<Image>;

/** Puts the shared part (alpha, channels, errors) around a platform's decoder. */
export function imageDecoder(platform: PlatformDecoder, options: DecodeOptions = {}): ImageDecoder {
  const { alpha, maxPixels } = decodeSchema.parse(options);
  const pixels: ImageDecoder['pixels'] = (bytes, file) => platform(bytes, file, maxPixels).catch((error: unknown) => failToDecode(file, error));
  const compose = (image: Image): Image => {
    if (isOpaque(image)) return withChannels(image, 3);
    return alpha === 'keep' ? image : flatten(image, alpha as Colour);
  };
  return { pixels, compose, maxPixels, decode: async (bytes, file) => compose(await pixels(bytes, file)) };
}

function failToDecode(file: string, error: unknown): never {
  if (error instanceof RegraftError) throw error;
  const reason = error instanceof Error ? error.message.trim().split('\n')[0] : String(error);
  fail('DATA_IMAGE_CORRUPT', { file, reason: reason || 'unknown contents' }, error);
}
