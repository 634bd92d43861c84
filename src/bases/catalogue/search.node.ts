import { Events, RegraftError } from '../../core/index.js';
import { type HubEvents, isOffline, type ResolveOptions, stopIfAborted } from '../hub/index.node.js';
import { catalogue } from './catalogue.js';
import type { FoundModel } from './facts.js';
import { judge, readFilters, type SearchFilters, type Wanted } from './filters.js';
import type { HubQuery, SearchableHub } from './hubs/hub.js';
import { huggingFace } from './hubs/hugging-face.node.js';
import { kaggle } from './hubs/kaggle.node.js';
import { npm } from './hubs/npm.node.js';
import { rank } from './rank.js';
import { type SourceName, sources } from './sources.js';

export interface SearchRequest extends SearchFilters {
  /** Words to find in addresses, titles, tasks, architectures and training data; empty for all that fits the filters. */
  readonly query: string;
  /** Most models in the result; default 20. */
  readonly limit?: number;
}

export interface SearchOptions extends Pick<ResolveOptions, 'baseDir' | 'offline' | 'retryDelay' | 'signal'> {
  /** Milliseconds that one hub may take; default 15 000. */
  readonly timeout?: number;
  /** Called as each hub has answered. */
  readonly onAnswer?: (answered: number, hubs: number) => void;
}

/** What came of asking a hub. */
export interface AskedHub {
  readonly source: SourceName;
  /** Models it named. */
  readonly found: number;
  /** Why it named none. */
  readonly failure?: { readonly code: string; readonly message: string; readonly remedy: string };
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
  const others = unknown(answers.flatMap(({ models }) => models));
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

interface Answer {
  readonly hub: AskedHub;
  readonly models: readonly FoundModel[];
}

async function ask({ source, search }: SearchableHub, query: HubQuery, options: SearchOptions): Promise<Answer> {
  const { timeout = 15_000, signal, baseDir, retryDelay } = options;
  const limited = AbortSignal.any([AbortSignal.timeout(timeout), ...(signal ? [signal] : [])]);
  const events = new Events<HubEvents>();
  let reason = '';
  events.on('retry', (retry) => {
    reason = retry.reason;
  });
  const how = {
    timeout,
    attempts: 2,
    signal: limited,
    events,
    ...(baseDir !== undefined && { baseDir }),
    ...(retryDelay !== undefined && { retryDelay }),
  };
  try {
    const models = await search(query, how);
    return { hub: { source, found: models.length }, models };
  } catch (error) {
    stopIfAborted('the search', signal);
    const failure = limited.aborted ? tooSlow(source, timeout, reason) : ofSearch(source, error);
    if (!(failure instanceof RegraftError)) throw failure;
    const { code, message, remedy } = failure;
    return { hub: { source, found: 0, failure: { code, message, remedy } }, models: [] };
  }
}

function tooSlow(source: SourceName, timeout: number, reason: string): RegraftError {
  const late = `it did not answer within ${timeout / 1000} s`;
  return new RegraftError('SEARCH_FAILED', { source: sources[source].title, reason: reason === '' ? late : `${reason}, and ${late}` });
}

/** A failing network in the words of a search: there is no download to go on with. */
function ofSearch(source: SourceName, error: unknown): unknown {
  if (!(error instanceof RegraftError) || error.code !== 'HUB_NETWORK') return error;
  return new RegraftError('SEARCH_FAILED', { source: sources[source].title, reason: error.values['reason'] ?? '' }, { cause: error });
}

/** What hubs say of models that the catalogue does not know, nor their package. */
function unknown(found: readonly FoundModel[]): readonly FoundModel[] {
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
