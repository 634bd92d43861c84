import { distance } from 'fastest-levenshtein';
import { fail } from '../../core/index.js';
import type { ModelFacts } from './facts.js';
import { isLicence, licenceOf, licences, licenceWords } from './licences.js';
import { type SourceName, sources } from './sources.js';
import { taskNames, tasksOf, taskWords } from './tasks.js';

/** What a model has to be, as the user writes it. */
export interface SearchFilters {
  /** A task, what another hub calls it, or the first word of several: `audio`. */
  readonly task?: string;
  /** An SPDX identifier, or the family of several: `cc-by`. */
  readonly licence?: string;
  readonly maxParams?: number;
  /** Where the model is: `keras`, `torch` (or `torchvision`), `npm`, `tfhub` (or `kaggle`), `hf` (or `huggingface`). */
  readonly source?: string;
}

/** What a model has to be, in the words of the tables. */
export interface Wanted {
  /** Undefined for any. */
  readonly tasks: readonly string[] | undefined;
  readonly licence: string | undefined;
  readonly maxParams: number | undefined;
  readonly source: SourceName | undefined;
}

/** Reads the filters. @throws SEARCH_VALUE_UNKNOWN with the nearest word that is known */
export function readFilters({ task, licence, maxParams, source }: SearchFilters): Wanted {
  return {
    tasks: task === undefined ? undefined : knownTasks(task),
    licence: licence === undefined ? undefined : knownLicence(licence),
    maxParams,
    source: source === undefined ? undefined : knownSource(source),
  };
}

function knownTasks(word: string): readonly string[] {
  const found = tasksOf(word);
  return found.length > 0 ? found : unknown('task', word, taskWords, taskNames);
}

function knownLicence(word: string): string {
  const licence = licenceOf(word).toLowerCase();
  return licenceWords.includes(licence) ? licence : unknown('licence', word, licenceWords, licences);
}

function knownSource(word: string): SourceName {
  const wanted = word.trim().toLowerCase();
  const rows = Object.entries(sources) as [SourceName, { readonly aliases: readonly string[] }][];
  const words = rows.flatMap(([name, { aliases }]) => [name, ...aliases]);
  const [name] = rows.find(([key, { aliases }]) => key === wanted || aliases.includes(wanted)) ?? [];
  return name ?? unknown('source', word, words, Object.keys(sources));
}

/** Letters that may be wrong for a word to be meant. */
const MISTAKES = 3;

function unknown(what: string, value: string, words: readonly string[], known: readonly string[]): never {
  const wanted = value.trim().toLowerCase();
  const [nearest = ''] = words.toSorted((a, b) => distance(wanted, a) - distance(wanted, b));
  const hint = distance(wanted, nearest) <= Math.min(MISTAKES, wanted.length - 1) ? ` Did you mean ${nearest}?` : '';
  return fail('SEARCH_VALUE_UNKNOWN', { what, value, hint, known: known.join(', ') });
}

/** Whether a model is what is wanted; `silent` where it does not say. */
export type Verdict = 'fits' | 'silent' | 'other';

export function judge(model: ModelFacts, { tasks, licence, maxParams }: Wanted): Verdict {
  const verdicts = [
    compare(model.task, tasks, (task, wanted) => wanted.includes(task)),
    compare(model.licence, licence, isLicence),
    compare(model.parameters, maxParams, (count, most) => count <= most),
  ];
  return verdicts.includes('other') ? 'other' : verdicts.includes('silent') ? 'silent' : 'fits';
}

function compare<Stated, Asked>(stated: Stated | undefined, asked: Asked | undefined, fits: (stated: Stated, asked: Asked) => boolean): Verdict {
  if (asked === undefined) return 'fits';
  if (stated === undefined) return 'silent';
  return fits(stated, asked) ? 'fits' : 'other';
}
