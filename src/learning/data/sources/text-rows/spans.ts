import { fail } from '../../../../core/index.js';
import type { Span } from '../../text/encoding.js';
import { objectOf } from '../tables/cells.js';
import { textOf } from '../tables/table.js';
import { placeOf } from './offsets.js';

/** A named part of a text, counted in code points. */
export interface NamedSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Where a row stands, for messages. */
export interface Place {
  readonly file: string;
  /** Line or row and its number. */
  readonly place: string;
}

/** Reads `[start, end, label]` or `{ start, end, label }`, with the names Doccano and spaCy give them. Undefined when it is neither. */
export function parseSpan(value: unknown): NamedSpan | undefined {
  const fields = objectOf(value);
  const [start, end, name] = Array.isArray(value)
    ? value
    : [
        fields?.['start'] ?? fields?.['start_offset'],
        fields?.['end'] ?? fields?.['end_offset'],
        fields?.['label'] ?? fields?.['entity'] ?? fields?.['type'],
      ];
  const label = textOf(name);
  return typeof start === 'number' && typeof end === 'number' && label !== undefined ? { start, end, label } : undefined;
}

export function isSpan(value: unknown): boolean {
  return parseSpan(value) !== undefined;
}

/** The tags that spans may bring about, whether or not a word has them. */
export function tagsOfLabel(label: string): readonly string[] {
  return [`B-${label}`, `I-${label}`];
}

/**
 * One tag a word in the BIO scheme: `B-` at the first word of a span, `I-` at the others, `O` outside.
 * @throws DATA_SPAN_INVALID when a span is outside of the text, begins or ends inside of a word or at a blank, or overlaps another
 */
export function tagsOfSpans(text: string, words: readonly Span[], spans: readonly NamedSpan[], at: Place): string[] {
  const tags = words.map(() => 'O');
  const starts = new Map(words.map(([start], index) => [start, index]));
  const ends = new Map(words.map(([, end], index) => [end, index]));
  for (const span of spans) {
    const refuse = (reason: string): never => fail('DATA_SPAN_INVALID', { ...at, span: `${span.start} to ${span.end} (${span.label})`, reason });
    const [start, end] = placeOf(text, span.start, span.end) ?? refuse('does not lie in the text');
    if (start === end) refuse('is empty');
    const first = starts.get(start) ?? refuse(`begins ${between(text, start)}`);
    const last = ends.get(end) ?? refuse(`ends ${between(text, end)}`);
    for (let word = first; word <= last; word++) {
      if (tags[word] !== 'O') refuse('overlaps another');
      tags[word] = `${word === first ? 'B' : 'I'}-${span.label}`;
    }
  }
  return tags;
}

function between(text: string, at: number): string {
  return /\s/.test(text.slice(at - 1, at + 1)) ? 'at a blank' : 'inside of a word';
}
