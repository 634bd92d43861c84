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
  const parts = layout.map(({ typeId, content }) => {
    const special = 'id' in content;
    const pieces = special ? { ids: [content.id], offsets: [NOWHERE], wordIds: [null] } : (texts[content.sequence] as Pieces);
    return { typeId, sequence: special ? null : content.sequence, pieces };
  });
  const each = <T>(value: (part: (typeof parts)[number]) => T): T[] => parts.flatMap((part) => part.pieces.ids.map(() => value(part)));
  const located = texts.every(({ offsets }) => offsets);
  return {
    ids: parts.flatMap(({ pieces }) => pieces.ids),
    typeIds: each(({ typeId }) => typeId),
    sequenceIds: each(({ sequence }) => sequence),
    ...(located && {
      offsets: parts.flatMap(({ pieces }) => pieces.offsets ?? []),
      wordIds: parts.flatMap(({ pieces }) => pieces.wordIds ?? []),
    }),
  };
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
