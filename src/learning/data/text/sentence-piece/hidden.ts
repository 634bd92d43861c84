/**
 * What pieces begin with that no text may become: a code point that is no character. A library looks for any piece in a text; SentencePiece does not
 * look for control pieces, such as the end of a text.
 */
const MARK = '\ufdd0';

export function hidden(piece: string): string {
  return MARK + piece;
}

/** The name of a piece, whether it is hidden or not. */
export function shown(piece: string): string {
  return piece.startsWith(MARK) ? piece.slice(MARK.length) : piece;
}
