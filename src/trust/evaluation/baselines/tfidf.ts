/** Words of two characters or more. Source: scikit-learn's `token_pattern`, whose `\w` holds letters and digits of all scripts. */
const WORD = /[\p{L}\p{N}_]{2,}/gu;

/** A sparse row: columns, and the value of each. */
export interface SparseRow {
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

/** How often each word and each pair of neighbouring words stands in a text. */
function terms(text: string): Map<string, number> {
  const words = text.toLowerCase().match(WORD) ?? [];
  const counts = new Map<string, number>();
  words.forEach((word, i) => {
    for (const term of i === 0 ? [word] : [word, `${words[i - 1]} ${word}`]) counts.set(term, (counts.get(term) ?? 0) + 1);
  });
  return counts;
}

/**
 * Words and pairs of words as numbers: (1 + ln count) · (ln((1 + n) / (1 + texts with it)) + 1), each text scaled to length 1. Source: scikit-learn's
 * `TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)`. Terms that no text of the fit has are left out.
 */
export class Tfidf {
  readonly #columns = new Map<string, number>();
  readonly #weights: Float64Array;

  constructor(texts: readonly string[]) {
    const found: number[] = [];
    for (const text of texts) {
      for (const term of terms(text).keys()) {
        const column = this.#columns.get(term) ?? this.#columns.size;
        this.#columns.set(term, column);
        found[column] = (found[column] ?? 0) + 1;
      }
    }
    this.#weights = Float64Array.from(found, (count) => Math.log((1 + texts.length) / (1 + count)) + 1);
  }

  /** How many terms there are. */
  get width(): number {
    return this.#columns.size;
  }

  /** The column of each term, in order of appearance. */
  get vocabulary(): ReadonlyMap<string, number> {
    return this.#columns;
  }

  transform(text: string): SparseRow {
    const known = [...terms(text)].flatMap(([term, count]) => {
      const column = this.#columns.get(term);
      return column === undefined ? [] : [{ column, value: (1 + Math.log(count)) * (this.#weights[column] as number) }];
    });
    const length = Math.sqrt(known.reduce((sum, { value }) => sum + value * value, 0));
    return { columns: Int32Array.from(known, ({ column }) => column), values: Float64Array.from(known, ({ value }) => value / length) };
  }
}
