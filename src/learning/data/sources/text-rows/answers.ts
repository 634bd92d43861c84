import { fail } from '../../../../core/index.js';
import type { Answer } from '../../dataset.js';
import { listOf, objectOf } from '../tables/cells.js';
import { placeOf } from './offsets.js';
import type { Place } from './spans.js';

/** An answer as it is written: where it starts is counted in code points. */
interface WrittenAnswer {
  readonly text: string;
  readonly start: number;
}

/** Reads `{ text: […], answer_start: […] }` or a list of `{ text, answer_start }`. Undefined when it is neither. */
export function parseAnswers(cell: unknown): WrittenAnswer[] | undefined {
  if (cell === undefined || cell === null || cell === '') return [];
  const entries = listOf(cell) ?? columnsAsRows(objectOf(cell));
  const answers = entries?.map(parseAnswer);
  return answers?.every((answer) => answer !== undefined) ? answers : undefined;
}

function columnsAsRows(columns: Readonly<Record<string, unknown>> | undefined): unknown[] | undefined {
  const texts = columns?.['text'];
  const starts = columns?.['answer_start'] ?? columns?.['start'];
  if (!Array.isArray(texts) || !Array.isArray(starts) || texts.length !== starts.length) return undefined;
  return texts.map((text, index) => ({ text, start: starts[index] }));
}

function parseAnswer(value: unknown): WrittenAnswer | undefined {
  const fields = objectOf(value);
  const text = fields?.['text'];
  const start = fields?.['answer_start'] ?? fields?.['start'];
  return typeof text === 'string' && typeof start === 'number' ? { text, start } : undefined;
}

/** Answers as they stand in the context, in UTF-16 units. @throws DATA_ANSWER_MISPLACED when one does not stand where it is said to */
export function placedAnswers(context: string, answers: readonly WrittenAnswer[], at: Place): Answer[] {
  return answers.map(({ text, start }) => {
    const place = text === '' ? undefined : placeOf(context, start, start + [...text].length);
    if (place && context.slice(...place) === text) return { text, start: place[0] };
    return fail('DATA_ANSWER_MISPLACED', { ...at, answer: text, start });
  });
}
