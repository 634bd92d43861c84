import { PIECE_TYPE, type Piece } from './model.js';

/**
 * The merges that SentencePiece does by itself: any two pieces that make a third, the best piece first. A library wants them listed. Of several pairs
 * that make the same piece, SentencePiece takes whichever stands first in the text; a list needs an order, and transformers' is taken.
 */
export function mergesOf(pieces: readonly Piece[]): [string, string][] {
  const rank = new Map(pieces.flatMap(({ piece, type }, id) => (type === PIECE_TYPE.normal ? [[piece, id] as const] : [])));
  return [...pieces]
    .filter(({ type }) => type === PIECE_TYPE.normal)
    .sort((a, b) => b.score - a.score)
    .flatMap(({ piece }) => pairsOf(piece, rank));
}

function pairsOf(piece: string, rank: ReadonlyMap<string, number>): [string, string][] {
  const pairs: [string, string][] = [];
  let at = 0;
  for (const character of piece) {
    at += character.length;
    const [left, right] = [piece.slice(0, at), piece.slice(at)];
    if (rank.has(left) && rank.has(right)) pairs.push([left, right]);
  }
  const rankOf = (part: string): number => rank.get(part) as number;
  return pairs.sort((a, b) => rankOf(a[0]) - rankOf(b[0]) || rankOf(a[1]) - rankOf(b[1]));
}
