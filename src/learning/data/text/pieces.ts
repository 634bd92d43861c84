import type { Encoding, Span } from './encoding.js';

/** The tokens of one text, without special tokens. */
export interface Pieces {
  readonly ids: readonly number[];
  /** In UTF-16 units. */
  readonly offsets?: readonly Span[];
  readonly wordIds?: readonly (number | null)[];
}

/** Where special tokens and texts stand in what the model reads: `[CLS] text [SEP] pair [SEP]`. */
export type Layout = readonly Place[];
export interface Place {
  readonly typeId: number;
  /** The id of a special token, or which text stands here. */
  readonly content: { readonly id: number } | { readonly sequence: 0 | 1 };
}

/** A layout from the tokens of a probe: neighbours of the same text are one place. */
export function layoutOf(tokens: readonly { readonly id: number; readonly typeId: number; readonly sequence: 0 | 1 | null }[]): Layout {
  return tokens.flatMap(({ id, typeId, sequence }, index): Place[] => {
    if (sequence === null) return [{ typeId, content: { id } }];
    return tokens[index - 1]?.sequence === sequence ? [] : [{ typeId, content: { sequence } }];
  });
}

/** Special tokens of a layout. */
export function specialCount(layout: Layout): number {
  return layout.filter(({ content }) => 'id' in content).length;
}

/** The layout without special tokens. */
export function bare(layout: Layout): Layout {
  return layout.filter(({ content }) => 'sequence' in content);
}

/** Fills the texts into their places. */
export function assemble(layout: Layout, texts: readonly Pieces[]): Encoding {
  const lists: Lists = { ids: [], typeIds: [], sequenceIds: [], offsets: [], wordIds: [] };
  for (const { typeId, content } of layout) {
    if ('id' in content) append(lists, { ids: [content.id], offsets: [NOWHERE], wordIds: [null] }, typeId, null);
    else append(lists, texts[content.sequence] as Pieces, typeId, content.sequence);
  }
  const { offsets, wordIds, ...others } = lists;
  return texts.every((text) => text.offsets) ? lists : others;
}

interface Lists extends Encoding {
  readonly ids: number[];
  readonly typeIds: number[];
  readonly sequenceIds: (0 | 1 | null)[];
  readonly offsets: Span[];
  readonly wordIds: (number | null)[];
}

function append(lists: Lists, { ids, offsets, wordIds }: Pieces, typeId: number, sequence: 0 | 1 | null): void {
  for (let at = 0; at < ids.length; at++) {
    lists.ids.push(ids[at] as number);
    lists.typeIds.push(typeId);
    lists.sequenceIds.push(sequence);
    if (offsets) lists.offsets.push(offsets[at] as Span);
    if (wordIds) lists.wordIds.push(wordIds[at] as number | null);
  }
}

/** The ids alone. */
export function assembleIds(layout: Layout, texts: readonly Pieces[]): Int32Array {
  const parts = layout.map(({ content }) => ('id' in content ? [content.id] : (texts[content.sequence] as Pieces).ids));
  const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, ids) => {
    all.set(ids, at);
    return at + ids.length;
  }, 0);
  return all;
}

const NOWHERE: Span = [0, 0];

/** The tokens from `start` up to `end`. */
export function slice({ ids, offsets, wordIds }: Pieces, start: number, end: number): Pieces {
  return {
    ids: ids.slice(start, end),
    ...(offsets && { offsets: offsets.slice(start, end) }),
    ...(wordIds && { wordIds: wordIds.slice(start, end) }),
  };
}
