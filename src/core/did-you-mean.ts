import { distance } from 'fastest-levenshtein';

/** Letters that may be wrong for a name to be meant; one at least is right. */
const MISTAKES = 3;

/** ` Did you mean …?` with the nearest of the known names, where one is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const closeness = (candidate: string): number => distance(name.toLowerCase(), candidate.toLowerCase());
  const [nearest = ''] = known.toSorted((a, b) => closeness(a) - closeness(b));
  return closeness(nearest) <= Math.min(MISTAKES, nearest.length - 1) ? ` Did you mean ${nearest}?` : '';
}
