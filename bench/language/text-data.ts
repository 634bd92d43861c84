import { distinct, divide, type Sides, type Sizes, type TextRow } from './rows.js';
import { spam } from './spam.js';
import { topics } from './topics.js';

/** Data sets of labelled texts by name. */
export const textData: Readonly<Record<string, () => TextRow[]>> = { topics, spam };

/** Rows of a data set of texts, none twice. */
export function textSides(rows: readonly TextRow[], sizes: Sizes, seed: number): Sides<TextRow> {
  const different = distinct(rows, ({ text }) => text);
  return divide(different, ({ group, text }) => group ?? text, sizes, seed);
}
