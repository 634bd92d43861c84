/** Lengths of runs of pixels, column by column from the top left, outside and inside by turns, outside first. */
export type Runs = ArrayLike<number>;

/** The characters of a compressed number hold 5 bits each, from this one on; the sixth says that more follow. */
const FIRST = 48;
const BITS = 5;
const MORE = 0x20;
const SIGN = 0x10;
/** Bits of the largest count that pycocotools keeps. */
const MOST_BITS = 32;

/**
 * The counts of a compressed run-length encoding: little-endian numbers of 5 bits a character, from the fourth on the difference to the count
 * before the last.
 * Source: `rleFrString` in cocoapi, common/maskApi.c.
 * @throws Error saying what is wrong, as the end of a sentence
 */
export function decompressRuns(text: string): number[] {
  const counts: number[] = [];
  for (let at = 0; at < text.length; ) {
    let value = 0;
    let bits = 0;
    let part: number;
    do {
      part = text.charCodeAt(at++) - FIRST;
      if (!(part >= 0 && part < 2 * MORE) || bits > MOST_BITS) throw new Error('its compressed counts are damaged or cut off');
      value += (part & (MORE - 1)) * 2 ** bits;
      bits += BITS;
    } while (part & MORE);
    if (part & SIGN) value -= 2 ** bits;
    counts.push(counts.length > 2 ? value + (counts.at(-2) as number) : value);
  }
  return counts;
}

/** @throws Error when the runs do not cover the image, as the end of a sentence */
export function checkRuns(runs: readonly number[], width: number, height: number): void {
  const wrong = runs.find((count) => !(Number.isInteger(count) && count >= 0));
  if (wrong !== undefined) throw new Error(`${wrong} is not the length of a run`);
  const total = runs.reduce((sum, count) => sum + count, 0);
  if (total !== width * height) throw new Error(`its runs cover ${total} pixels, but the image has ${width}×${height}`);
}
