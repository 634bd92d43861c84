import type { Target } from '../../dataset.js';
import { type ColumnsFound, missingColumn, requireExisting, usualColumn } from '../tables/columns.js';
import type { Table } from '../tables/table.js';

/** The columns that texts are read from. */
export interface TextColumns {
  /** A text; absent where there are words instead. */
  readonly text?: string | undefined;
  readonly pair?: string | undefined;
  readonly negative?: string | undefined;
  readonly words?: string | undefined;
}

/** Columns that belong together, by their usual names: where a table has one of either list, these are its two texts. */
const PAIRS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [['sentence1'], ['sentence2']],
  [['text1'], ['text2']],
  [['text_a'], ['text_b']],
  [['premise'], ['hypothesis']],
  [['question1'], ['question2']],
  [['question'], ['context', 'sentence', 'passage', 'answer']],
  [['query'], ['positive', 'passage', 'document', 'answer']],
  [['anchor'], ['positive']],
  [['prompt'], ['completion', 'response', 'output']],
  [['instruction'], ['output', 'response']],
  [
    ['text', 'sentence'],
    ['pair', 'text_pair'],
  ],
];
const QUESTIONS = ['question', 'query'];
const CONTEXTS = ['context', 'passage', 'document', 'text'];
const NEGATIVES = ['negative', 'hard_negative'];
const WORDS = ['tokens', 'words'];
const TEXTS = [
  ...['text', 'sentence', 'content', 'body', 'review', 'review_text', 'document', 'comment', 'tweet', 'message', 'utterance', 'headline'],
  ...['description', 'prompt', 'query', 'question', 'title', 'anchor'],
];

/** The first of two texts as a mapping names it. */
function firstOf(columns: ColumnsFound): string | undefined {
  return columns.text ?? columns.question ?? columns.prompt ?? columns.anchor;
}

function secondOf(columns: ColumnsFound): string | undefined {
  return columns.pair ?? columns.context ?? columns.completion ?? columns.positive;
}

/** Whether a mapping names columns of text. */
export function namesText(columns: ColumnsFound): boolean {
  return [firstOf(columns), secondOf(columns), columns.words].some((name) => name !== undefined);
}

/** Whether a table has columns that usually hold text. */
export function hasTextColumns(table: Table): boolean {
  return usualColumn(table, [...TEXTS, ...WORDS, ...PAIRS.flatMap(([firsts]) => firsts)]) !== undefined;
}

/**
 * The columns of text, as a mapping names them or by their usual names.
 * @throws DATA_COLUMN_MISSING, DATA_COLUMN_TWICE, DATA_COLUMN_REQUIRED
 */
export function textColumns(table: Table, columns: ColumnsFound, target: Target['kind'] | undefined): TextColumns {
  const words = wordColumn(table, columns, target);
  if (words !== undefined) return { words };
  if (target === 'answers') return questionColumns(table, columns);
  const [text, pair] = [firstOf(columns), secondOf(columns)].map((name) => name && requireExisting(table, name));
  const negative = columns.negative && requireExisting(table, columns.negative);
  if (text !== undefined) return { text, pair, negative };
  if (pair !== undefined)
    return {
      text:
        usualColumn(
          table,
          TEXTS.filter((name) => name !== pair.toLowerCase()),
        ) ?? missingColumn(table, 'text'),
      pair,
      negative,
    };
  for (const [firsts, seconds] of PAIRS) {
    const found = { text: usualColumn(table, firsts), pair: usualColumn(table, seconds) };
    if (found.text !== undefined && found.pair !== undefined) return { ...found, negative: negative ?? usualColumn(table, NEGATIVES) };
  }
  return { text: usualColumn(table, TEXTS) ?? missingColumn(table, 'text'), negative };
}

/** The column of words, where words are wanted or there is no other text. */
function wordColumn(table: Table, { words, ...columns }: ColumnsFound, target: Target['kind'] | undefined): string | undefined {
  if (words !== undefined) return requireExisting(table, String(words));
  if (namesText(columns) || columns.spans !== undefined) return undefined;
  const isWanted = target === 'tags' || usualColumn(table, TEXTS) === undefined;
  return isWanted ? usualColumn(table, WORDS) : undefined;
}

function questionColumns(table: Table, columns: ColumnsFound): TextColumns {
  const find = (role: string, usual: readonly string[], given: string | undefined): string =>
    (given === undefined ? usualColumn(table, usual) : requireExisting(table, given)) ?? missingColumn(table, role);
  return { text: find('question', QUESTIONS, firstOf(columns)), pair: find('context', CONTEXTS, secondOf(columns)) };
}
