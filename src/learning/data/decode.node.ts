import { fail } from '../../core/index.js';
import { type DecodeOptions, type ImageDecoder, imageDecoder, type PlatformDecoder } from './decode.js';
import type { Image } from './image.js';

/** Decodes images by sharp (libvips), which is loaded with the first image. */
export function nodeDecoder(options?: DecodeOptions): ImageDecoder {
  return imageDecoder(decodeWithSharp, options);
}

const decodeWithSharp: PlatformDecoder = async (bytes, file, maxPixels) => {
  const { default: sharp } = await import('sharp');
  const pipeline = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: true, pages: 1, sequentialRead: true });
  try {
    const { data, info } = await pipeline.toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return toImage(data, info.width, info.height, info.channels);
  } catch (error) {
    if (error instanceof Error && error.message.includes('pixel limit')) fail('DATA_IMAGE_TOO_LARGE', { file, limit: maxPixels }, error);
    throw error;
  }
};

function toImage(data: Uint8Array, width: number, height: number, channels: number): Image {
  if (channels === 1 || channels === 3 || channels === 4) return { width, height, channels, data };
  return greyWithAlpha(data, width, height);
}

/** Grey and alpha, interleaved, as RGBA. */
function greyWithAlpha(data: Uint8Array, width: number, height: number): Image {
  const rgba = new Uint8Array(width * height * 4);
  for (let from = 0, to = 0; from < data.length; from += 2, to += 4) {
    rgba.fill(data[from] as number, to, to + 3);
    rgba[to + 3] = data[from + 1] as number;
  }
  return { width, height, channels: 4, data: rgba };
}
