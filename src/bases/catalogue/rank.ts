import MiniSearch from 'minisearch';
import type { FoundModel, Importable } from './facts.js';

/** How much a word weighs where it is found. */
const weights = { uri: 3, title: 3, architecture: 3, task: 2, data: 1, notes: 0.5 } as const;

const fields = Object.keys(weights) as (keyof typeof weights)[];

/** `EfficientNetV2B0` is also the words Efficient, Net, V2 and B0, `ResNet50` ResNet, Res, Net and 50; addresses fall into their parts. */
function words(text: string): string[] {
  return plainWords(text).flatMap((word) => [
    ...new Set([
      word,
      ...(word.match(/^.*[a-z]{2}(?=\d+$)/u) ?? []),
      ...word.split(/(?<=[a-z])(?=[A-Z])|(?<=[a-z]{2}|[A-Z]{2})(?=\d)|(?<=\d)(?=[A-Z])/u),
    ]),
  ]);
}

/** What can be used today goes before what cannot. */
const usable: Readonly<Record<Importable, number>> = { yes: 2, untried: 1, 'not yet': 0.5 };

/** Scores that differ by less than a fifth say nothing: then the order of the catalogue, by name, is kept. */
const STEP = Math.log(1.2);

/**
 * Models in which every word of the query is found, the best first: whole words before beginnings of words before words with a letter or two
 * different. Where no model has them all, models that have some. An empty query keeps the order.
 */
export function rank(models: readonly FoundModel[], query: string): readonly FoundModel[] {
  if (query.trim() === '') return models;
  const index = new MiniSearch<FoundModel>({ idField: 'uri', fields, tokenize: words });
  index.addAll(models);
  const byUri = new Map(models.map((model) => [model.uri, model]));
  const found = (combineWith: 'AND' | 'OR'): ReadonlyMap<string, number> =>
    new Map(
      index
        .search(query, {
          combineWith,
          tokenize: plainWords,
          boost: weights,
          boostDocument: (uri) => usable[byUri.get(uri as string)?.importable ?? 'untried'],
          prefix: (word) => word.length > 1,
          fuzzy: (word) => (word.length > 4 ? 0.2 : false),
          // Long titles are no worse than short ones.
          bm25: { k: 1.2, b: 0, d: 0.5 },
        })
        .map(({ id, score }) => [id as string, Math.round(Math.log(score) / STEP)]),
    );
  const all = found('AND');
  const scores = all.size > 0 ? all : found('OR');
  const scoreOf = ({ uri }: FoundModel): number => scores.get(uri) ?? 0;
  return models.filter(({ uri }) => scores.has(uri)).toSorted((a, b) => scoreOf(b) - scoreOf(a));
}

/** What the user wrote is not taken apart further: `MobileNetV2` is one word. */
function plainWords(text: string): string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '');
}
