/** Red, green, blue, each 0 to 255. */
export type Colour = readonly [number, number, number];

/**
 * The colours of the classes that the PASCAL VOC masks have, whose indices are spread over the highest bits of red, green and blue: neighbours differ much, and the
 * first is black.
 */
export function classColour(index: number): Colour {
  const channel = (offset: number): number => {
    let value = 0;
    for (let bit = 0; bit < 8; bit++) value |= ((index >> (3 * bit + offset)) & 1) << (7 - bit);
    return value;
  };
  return [channel(0), channel(1), channel(2)];
}
