import { isOffline, type ResolveOptions } from '../hub/index.node.js';
import { type AskedHub, type AskOptions, ask } from './ask.node.js';
import { catalogue } from './catalogue.node.js';
import type { FoundModel } from './facts.js';
import { judge, readFilters, type SearchFilters, type Wanted } from './filters.js';
import type { SearchableHub } from './hubs/hub.js';
import { huggingFace } from './hubs/hugging-face.node.js';
import { kaggle } from './hubs/kaggle.node.js';
import { npm } from './hubs/npm.node.js';
import { rank } from './rank.js';
import type { SourceName } from './sources.js';

export interface SearchRequest extends SearchFilters {
  /** Words to find in addresses, titles, tasks, architectures and training data; empty for all that fits the filters. */
  readonly query: string;
  /** Most models in the result; default 20. */
  readonly limit?: number;
}

export interface SearchOptions extends AskOptions, Pick<ResolveOptions, 'offline'> {
  /** Called as each hub has answered. */
  readonly onAnswer?: (answered: number, hubs: number) => void;
}

export interface Search {
  /** The best first. */
  readonly models: readonly FoundModel[];
  /** How many fit, those beyond the limit included. */
  readonly total: number;
  /** How many the words found that do not state what was filtered by. */
  readonly silent: number;
  readonly offline: boolean;
  readonly hubs: readonly AskedHub[];
}

/** One row a hub. */
const hubs: readonly SearchableHub[] = [npm, kaggle, huggingFace];

/** Fewest models to ask a hub for: filters and the ranking here take some away. */
const LEAST_ASKED = 20;
const MOST_ASKED = 100;

/**
 * Looks for models in the catalogue and in the hubs' own search. A hub that fails is reported and keeps nothing of the others back; offline, the
 * catalogue alone is searched.
 * @throws SEARCH_VALUE_UNKNOWN, HUB_STOPPED
 */
export async function searchModels({ query, limit = 20, ...filters }: SearchRequest, options: SearchOptions = {}): Promise<Search> {
  const wanted = readFilters(filters);
  const text = query.trim().replace(/\s+/g, ' ');
  const offline = options.offline ?? isOffline();
  const asked = offline ? [] : hubs.filter(({ source, lists }) => (lists || text !== '') && isWanted(source, wanted));
  const hubQuery = { text, wanted, limit: Math.min(MOST_ASKED, Math.max(LEAST_ASKED, limit)) };
  let answered = 0;
  const answers = await Promise.all(
    asked.map(async (hub) => {
      const answer = await ask(hub, hubQuery, options);
      options.onAnswer?.(++answered, asked.length);
      return answer;
    }),
  );
  const known = catalogue.filter(({ source }) => isWanted(source, wanted));
  const others = beyondCatalogue(answers.flatMap(({ models }) => models));
  const matching = rank([...known, ...others], text);
  // A hub may have found its words where only it can look.
  const models = [...matching, ...others.filter((model) => !matching.includes(model))];
  const fitting = models.filter((model) => judge(model, wanted) === 'fits');
  return {
    models: fitting.slice(0, limit),
    total: fitting.length,
    silent: models.filter((model) => judge(model, wanted) === 'silent').length,
    offline,
    hubs: answers.map(({ hub }) => hub),
  };
}

function isWanted(source: SourceName, { source: only }: Wanted): boolean {
  return only === undefined || only === source;
}

/** What hubs say of models that the catalogue does not know, nor their package. */
function beyondCatalogue(found: readonly FoundModel[]): readonly FoundModel[] {
  const seen = new Set(catalogue.map(({ uri }) => withoutPath(uri)));
  return found.filter(({ uri }) => {
    const isNew = !seen.has(withoutPath(uri));
    seen.add(withoutPath(uri));
    return isNew;
  });
}

/** The package of an npm address, without its version; other addresses as they are. */
function withoutPath(uri: string): string {
  return /^npm:(?:@[^/@]+\/)?[^/@]+/.exec(uri)?.[0] ?? uri;
}
