import { expect, it } from 'vitest';
import { type Colour, flatten, type Image } from './image.js';

it('composites every value, alpha and background as rounding to the nearest does', () => {
  const side = 256;
  const data = Uint8Array.from({ length: side * side * 4 }, (_, i) => (i % 4 === 3 ? Math.floor(i / (4 * side)) : (i >> 2) % side));
  const image: Image = { width: side, height: side, channels: 4, data };
  for (const background of [
    [0, 127, 255],
    [1, 128, 254],
  ] as const satisfies Colour[]) {
    const expected = Array.from({ length: side * side * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      const [value, alpha] = [pixel % side, Math.floor(pixel / side)];
      return Math.round((value * alpha + (background[i % 3] as number) * (255 - alpha)) / 255);
    });
    expect(Buffer.compare(flatten(image, background).data, Uint8Array.from(expected))).toBe(0);
  }
});
