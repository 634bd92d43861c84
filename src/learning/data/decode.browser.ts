import { fail } from '../../core/index.js';
import { type DecodeOptions, type ImageDecoder, imageDecoder, type PlatformDecoder } from './decode.js';

/** Decodes images by the browser's own codecs, in a page or a worker. */
export function browserDecoder(options?: DecodeOptions): ImageDecoder {
  return imageDecoder(decodeWithCanvas, options);
}

const decodeWithCanvas: PlatformDecoder = async (bytes, file, maxPixels) => {
  const bitmap = await createImageBitmap(new Blob([bytes]), { imageOrientation: 'from-image', premultiplyAlpha: 'none' });
  try {
    const { width, height } = bitmap;
    if (width * height > maxPixels) fail('DATA_IMAGE_TOO_LARGE', { file, limit: maxPixels });
    const { data } = drawingContext(width, height, bitmap).getImageData(0, 0, width, height, { colorSpace: 'srgb' });
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
  } finally {
    bitmap.close();
  }
};

function drawingContext(width: number, height: number, bitmap: ImageBitmap): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { colorSpace: 'srgb', willReadFrequently: true });
  if (context === null) throw new Error('this browser offers no 2D canvas here');
  context.drawImage(bitmap, 0, 0);
  return context;
}
