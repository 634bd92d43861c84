import { didYouMean, fail } from '../../../core/index.js';
import { extensionOf } from '../files.js';
import type { RecordEnd } from './tables/records.js';

const UNIVERSAL = ['id', 'form', 'lemma', 'upos', 'xpos', 'feats', 'head', 'deprel', 'deps', 'misc'];
const NAMES_2003 = ['word', 'pos', 'chunk', 'ner'];
const NEWLINE = 0x0a;
const SPACES = new Set([0x20, 0x09, 0x0d]);

/** Records end before an empty line; empty lines are records of their own. */
export const paragraphEnd: RecordEnd = (bytes, from, isLast) => {
  for (let at = from; ; ) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) return isLast ? bytes.length : -1;
    const isEmpty = bytes.subarray(at, newline).every((byte) => SPACES.has(byte));
    if (isEmpty) return at === from ? newline + 1 : at;
    at = newline + 1;
  }
};

interface Token {
  readonly fields: readonly string[];
  /** From 0, counted from the beginning of its sentence. */
  readonly line: number;
}

/** What the columns of a file are, as far as its lines have told. */
export class ConllLayout {
  readonly #path: string;
  readonly #isUniversal: boolean;
  /** Named by the file, or by its kind. */
  #names: readonly string[] | undefined;
  /** Number of columns of the first line with a word; 0 before. */
  width = 0;

  constructor(path: string) {
    this.#path = path;
    this.#isUniversal = ['.conllu', '.conllup'].includes(extensionOf(path));
    if (this.#isUniversal) this.#names = UNIVERSAL;
  }

  /** The columns of words and of tags where nothing else is said. */
  get usual(): { readonly words: number; readonly tags: number } {
    const last = Math.max(0, this.width - 1);
    if (!this.#isUniversal) return { words: 0, tags: last };
    const position = (name: string, otherwise: number): number => {
      const found = this.#columns.indexOf(name);
      return found < 0 ? otherwise : found;
    };
    return { words: position('form', 1), tags: position('upos', last) };
  }

  get #columns(): readonly string[] {
    return this.#names ?? (this.width === NAMES_2003.length ? NAMES_2003 : []);
  }

  /** The number of a column given by name or number. @throws DATA_COLUMN_MISSING */
  positionOf(given: string | number | undefined, usual: number): number {
    if (given === undefined) return usual;
    const text = String(given);
    const position = /^\d+$/.test(text) ? Number(text) : this.#columns.indexOf(text.toLowerCase());
    if (position >= 0 && position < this.width) return position;
    const numbers = Array.from({ length: this.width }, (_, column) => String(column));
    return fail('DATA_COLUMN_MISSING', {
      file: this.#path,
      column: text,
      hint: didYouMean(text, this.#columns),
      available: [...numbers, ...this.#columns].join(', '),
    });
  }

  /** The words of a sentence. Comments, `-DOCSTART-`, and the multiword tokens and empty nodes of CoNLL-U are left out. */
  tokens(sentence: string): Token[] {
    const lines = sentence.split('\n').map((text, line) => ({ text: text.trimEnd(), line }));
    const tokens: Token[] = [];
    for (const { text, line } of lines) {
      const fields = text.includes('\t') ? text.split('\t') : text.trim().split(/\s+/);
      if (text === '' || fields[0] === '-DOCSTART-' || this.#isComment(text, fields, tokens.length)) continue;
      if (this.width === 0) this.width = fields.length;
      // A number such as 1-2 or 1.1 is of several words together, or of one that is not in the text.
      if (this.#isUniversal && /^\d+[-.]\d+$/.test(fields[0] as string)) continue;
      tokens.push({ fields, line });
    }
    return tokens;
  }

  /** A word may be a number sign: outside of CoNLL-U, a comment stands before the words of a sentence and has not as many columns as they. */
  #isComment(text: string, fields: readonly string[], wordsBefore: number): boolean {
    if (!text.startsWith('#')) return false;
    const named = /^#\s*global\.columns\s*=\s*(.*)$/.exec(text)?.[1];
    if (named !== undefined) this.#names = named.toLowerCase().split(/\s+/);
    if (named !== undefined || this.#isUniversal) return true;
    return wordsBefore === 0 && (this.width === 0 ? !text.includes('\t') && /^#\s/.test(text) : fields.length !== this.width);
  }
}
