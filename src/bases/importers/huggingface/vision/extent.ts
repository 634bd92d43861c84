import * as z from 'zod';

const pixels = z
  .int()
  .min(1)
  .max(2 ** 20);

/** A size as files give it; numbers and lists are those of feature extractors, before transformers 4.26. */
export const sizeSchema = z.union([pixels, z.tuple([pixels, pixels]), z.record(z.string(), z.unknown())]);

const bothSides = z.object({ height: pixels, width: pixels });
const shorterSide = z.object({ shortest_edge: pixels, longest_edge: z.null().exactOptional() });

/** Both sides of an image, or the shorter one, where its proportions stay. */
export type Extent =
  | { readonly kind: 'both'; readonly sides: readonly [height: number, width: number] }
  | { readonly kind: 'shorter'; readonly side: number };

/**
 * @param isSquare whether a number stands for both sides
 * @returns undefined where the size depends on the image
 */
export function extentOf(size: z.output<typeof sizeSchema>, isSquare: boolean): Extent | undefined {
  if (typeof size === 'number') return isSquare ? { kind: 'both', sides: [size, size] } : { kind: 'shorter', side: size };
  if (Array.isArray(size)) return { kind: 'both', sides: [size[0], size[1]] };
  const both = bothSides.safeParse(size).data;
  if (both) return { kind: 'both', sides: [both.height, both.width] };
  const shorter = shorterSide.safeParse(size).data;
  return shorter && { kind: 'shorter', side: shorter.shortest_edge };
}

export interface Geometry {
  readonly size: readonly [height: number, width: number];
  /** Left out where images keep their proportions. */
  readonly fit?: 'stretch';
  readonly cropShare?: number;
  /** What is done otherwise than by transformers. */
  readonly notes: readonly string[];
}

/** The size of the model's input, and the share of a resized image that it is. @param crop what is cut out of the middle */
export function geometryOf(resized: Extent | undefined, crop: Extent | undefined): Geometry {
  const size = crop?.kind === 'both' ? crop.sides : resized?.kind === 'both' ? resized.sides : square(resized?.side ?? 224);
  if (!resized)
    return {
      size,
      notes: ['Transformers resizes images of this model to no fixed size; here their proportions are kept and the middle is cut out.'],
    };
  if (resized.kind === 'both') return { size, fit: 'stretch', ...shareOf(size, resized.sides), notes: [] };
  const whole = `Transformers keeps the proportions of images for this model, whose sizes then differ; here their middle is cut out.`;
  return { size, ...shareOf(size, square(resized.side)), notes: crop ? [] : [whole] };
}

/** What a crop keeps of the side that fits it least; nothing where it keeps all. */
function shareOf(crop: Geometry['size'], resized: Geometry['size']): { cropShare?: number } {
  const [side, whole] = crop[0] / resized[0] >= crop[1] / resized[1] ? [crop[0], resized[0]] : [crop[1], resized[1]];
  if (side >= whole) return {};
  // The whole is floor(side / share), which must not be one less by a rounding.
  const share = side / whole;
  return { cropShare: Math.floor(side / share) === whole ? share : share * (1 - Number.EPSILON) };
}

function square(side: number): Geometry['size'] {
  return [side, side];
}
