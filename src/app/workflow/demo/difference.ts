import { bootstrapIntervals, type Interval } from '../../../trust/evaluation/index.js';

/** How much more often one method is right than another on the same images. */
export interface Difference {
  readonly value: number;
  /** 95%, by bootstrap over glyphs: drawings of one glyph are near duplicates and count together. */
  readonly interval: Interval;
}

/** Two methods' hits on one image. */
export interface Paired {
  /** Glyph that the image shows. */
  readonly group: string;
  readonly first: boolean;
  readonly second: boolean;
}

/** The share of images the first method is right on minus that of the second. */
export function differenceOf(pairs: readonly Paired[]): Difference {
  const groups = new Map<string, { difference: number; images: number }>();
  for (const { group, first, second } of pairs) {
    const sums = groups.get(group) ?? { difference: 0, images: 0 };
    groups.set(group, { difference: sums.difference + Number(first) - Number(second), images: sums.images + 1 });
  }
  const sums = [...groups.values()];
  const mean = (drawn: Int32Array): Record<'value', number> => {
    let [difference, images] = [0, 0];
    for (const i of drawn) {
      const sum = sums[i] as (typeof sums)[number];
      difference += sum.difference;
      images += sum.images;
    }
    return { value: difference / images };
  };
  const { value } = mean(Int32Array.from(sums.keys()));
  return { value, interval: bootstrapIntervals(sums.length, mean)['value'] ?? [value, value] };
}
