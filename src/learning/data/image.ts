/** A decoded image: 8-bit sRGB, row-major, interleaved (HWC), top-left pixel first; the alpha of 4 channels is straight, not premultiplied. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: RGB, 4: RGBA. */
  readonly channels: 1 | 3 | 4;
  /** `height · width · channels` bytes. */
  readonly data: Uint8Array;
}

/** Stands in a mask for "no class": such a pixel neither trains nor counts. */
export const NO_CLASS = 255;

/** The class of each pixel, row-major, top-left pixel first. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  /** `height · width` class indices, or {@link NO_CLASS}. */
  readonly data: Uint8Array;
}

/** A colour: red, green, blue, each 0 to 255. */
export type Colour = readonly [number, number, number];

export function emptyImage(width: number, height: number, channels: Image['channels']): Image {
  return { width, height, channels, data: new Uint8Array(width * height * channels) };
}

/** An image of one colour; grey images take its luminance and RGBA images are opaque. */
export function filledImage(width: number, height: number, channels: Image['channels'], colour: Colour): Image {
  const image = emptyImage(width, height, channels);
  const pixel = channels === 1 ? [luminance(...colour)] : [...colour, 255].slice(0, channels);
  for (let i = 0; i < image.data.length; i++) image.data[i] = pixel[i % channels] as number;
  return image;
}

/** ITU-R 601 luminance in the fixed-point arithmetic of PIL's `convert('L')`. */
export function luminance(red: number, green: number, blue: number): number {
  return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
}

/** Composites an RGBA image over `background`, giving RGB, each value rounded to the nearest; other images are returned as they are. */
export function flatten(image: Image, background: Colour): Image {
  if (image.channels !== 4) return image;
  const result = emptyImage(image.width, image.height, 3);
  const source = image.data;
  const target = result.data;
  const [red, green, blue] = background;
  for (let from = 0, to = 0; from < source.length; from += 4, to += 3) {
    const alpha = source[from + 3] as number;
    const rest = 255 - alpha;
    target[to] = divideBy255((source[from] as number) * alpha + red * rest);
    target[to + 1] = divideBy255((source[from + 1] as number) * alpha + green * rest);
    target[to + 2] = divideBy255((source[from + 2] as number) * alpha + blue * rest);
  }
  return result;
}

/** The nearest whole number to `value` / 255, for whole values up to 255². */
function divideBy255(value: number): number {
  return (value + 128 + ((value + 128) >> 8)) >> 8;
}

/** Whether no pixel lets a background through. */
export function isOpaque(image: Image): boolean {
  if (image.channels !== 4) return true;
  for (let i = 3; i < image.data.length; i += 4) if (image.data[i] !== 255) return false;
  return true;
}

/** Converts to grey, RGB or RGBA. Alpha is dropped without compositing and added as opaque. */
export function withChannels(image: Image, channels: Image['channels']): Image {
  if (image.channels === channels) return image;
  const result = emptyImage(image.width, image.height, channels);
  const step = image.channels;
  for (let from = 0, to = 0; from < image.data.length; from += step, to += channels) {
    const red = image.data[from] as number;
    const green = step === 1 ? red : (image.data[from + 1] as number);
    const blue = step === 1 ? red : (image.data[from + 2] as number);
    if (channels === 1) {
      result.data[to] = luminance(red, green, blue);
      continue;
    }
    result.data[to] = red;
    result.data[to + 1] = green;
    result.data[to + 2] = blue;
    if (channels === 4) result.data[to + 3] = 255;
  }
  return result;
}

/** The pixels of the rectangle at (`left`, `top`), which must lie inside the image. */
export function cropImage(image: Image, left: number, top: number, width: number, height: number): Image {
  if (left === 0 && top === 0 && width === image.width && height === image.height) return image;
  const result = emptyImage(width, height, image.channels);
  const rowBytes = width * image.channels;
  for (let y = 0; y < height; y++) {
    const start = ((top + y) * image.width + left) * image.channels;
    result.data.set(image.data.subarray(start, start + rowBytes), y * rowBytes);
  }
  return result;
}

/** Copies all of `source` into `target` at (`left`, `top`), where it must fit; both have the same channels. */
export function pasteImage(target: Image, source: Image, left: number, top: number): void {
  const rowBytes = source.width * source.channels;
  for (let y = 0; y < source.height; y++) {
    target.data.set(source.data.subarray(y * rowBytes, (y + 1) * rowBytes), ((top + y) * target.width + left) * target.channels);
  }
}
