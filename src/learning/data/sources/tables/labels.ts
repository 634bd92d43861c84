import { indexLabels } from '../../classes.js';
import { type Answer, type Label, NO_ANSWER, type Target } from '../../dataset.js';
import type { Labels } from '../tensor-dataset.js';
import { Floats, Ints, Names } from './growing.js';

/** Collects the labels of a table, row by row, in little memory. */
export interface LabelList<T> {
  /** @param label undefined for a row whose label cannot be told: the reading of its sample fails, too */
  push(label: T | undefined): void;
  finish(): Labels;
}

export function noLabels(): LabelList<unknown> {
  return { push: () => {}, finish: () => ({ target: { kind: 'none' }, of: () => undefined }) };
}

/** One class name a row. */
export function classList(): LabelList<string> {
  const names = new Names();
  const codes = new Ints();
  return {
    push: (label) => codes.push(label === undefined ? -1 : names.numberOf(label)),
    finish: () => {
      const sorted = indexLabels(names.all());
      return { target: { kind: 'classes', names: sorted.names }, of: (index) => sorted.indices[codes.at(index)] };
    },
  };
}

/** One row of numbers a row, all equally long. */
export function valueList(names: readonly string[]): LabelList<readonly number[]> {
  const values = new Floats();
  return {
    push: (label) => {
      for (const value of label ?? names.map(() => Number.NaN)) values.push(value);
    },
    finish: () => ({
      target: { kind: 'values', names },
      of: (index) => values.slice(index * names.length, (index + 1) * names.length),
    }),
  };
}

/** Names that count even where no row has them. */
interface NamedList extends LabelList<readonly string[]> {
  declare(name: string): void;
}

/** Any number of names a row; `read` makes a label of their positions among all names. */
function namedList(kind: 'labels' | 'tags', declared: readonly string[], read: (positions: number[], names: readonly string[]) => Label): NamedList {
  const names = new Names();
  for (const name of declared) names.numberOf(name);
  const codes = new Ints();
  const ends = new Floats();
  return {
    declare: (name) => {
      names.numberOf(name);
    },
    push: (label) => {
      for (const name of label ?? []) codes.push(names.numberOf(name));
      ends.push(codes.length);
    },
    finish: () => {
      const sorted = indexLabels(names.all());
      const target: Target = { kind, names: sorted.names };
      const of = (index: number): Label => {
        const stored = codes.slice(index === 0 ? 0 : ends.at(index - 1), ends.at(index));
        return read(
          stored.map((code) => sorted.indices[code] as number),
          sorted.names,
        );
      };
      return { target, of };
    },
  };
}

/** Several classes a row: 1 or 0 for each of all names. @param names those that count even where no row has them */
export function multiLabelList(names: readonly string[] = []): NamedList {
  const toVector = (codes: readonly number[], all: readonly string[]): number[] => {
    const vector = all.map(() => 0);
    for (const code of codes) vector[code] = 1;
    return vector;
  };
  return namedList('labels', names, toVector);
}

/** One tag a word. @param names those that count even where no word has them */
export function tagList(names: readonly string[] = []): NamedList {
  return namedList('tags', names, (positions) => positions);
}

export function answerList(): LabelList<readonly Answer[]> {
  const answers: (readonly Answer[])[] = [];
  let hasNone = false;
  return {
    push: (label) => {
      hasNone ||= label?.length === 0;
      answers.push(label ?? []);
    },
    finish: () => ({ target: { kind: 'answers', names: hasNone ? [NO_ANSWER] : [] }, of: (index) => answers[index] }),
  };
}
