import { type Pieces, slice } from './pieces.js';

/** Cuts a text, or a pair of them, to `room` tokens as the tokenizers library does by default (`longest_first`). */
export function truncate(texts: readonly Pieces[], room: number): readonly Pieces[] {
  const lengths = texts.map(({ ids }) => ids.length);
  if (lengths.reduce((sum, length) => sum + length, 0) <= room) return texts;
  const [first = 0, second = 0] = lengths;
  const kept = texts.length === 1 ? [room] : first > second ? shares(second, room).reverse() : shares(first, room);
  return texts.map((pieces, index) => slice(pieces, 0, kept[index] as number));
}

/** How many tokens the shorter and the longer text of a pair keep. */
function shares(shorter: number, room: number): [shorter: number, longer: number] {
  const longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (shorter + longer <= room) return [shorter, longer];
  const half = Math.floor(room / 2);
  return [half, half + (room % 2)];
}

/** The windows of at most `room` tokens of a text, each beginning `stride` tokens before the end of the one before. */
export function windows(pieces: Pieces, room: number, stride: number): readonly Pieces[] {
  const found: Pieces[] = [];
  for (let start = 0; ; start += room - stride) {
    found.push(slice(pieces, start, start + room));
    if (start + room >= pieces.ids.length) return found;
  }
}
