import { closest } from 'fastest-levenshtein';

/** The known name most like `name`, for did-you-mean. */
export function nearest(name: string, known: readonly string[]): string {
  return known.length === 0 ? '' : closest(name, known as string[]);
}
