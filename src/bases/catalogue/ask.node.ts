import { Events, RegraftError } from '../../core/index.js';
import { type HubEvents, type ResolveOptions, stopIfAborted } from '../hub/index.node.js';
import type { FoundModel } from './facts.js';
import type { HubQuery, SearchableHub } from './hubs/hub.js';
import { type SourceName, sources } from './sources.js';

export interface AskOptions extends Pick<ResolveOptions, 'baseDir' | 'retryDelay' | 'signal'> {
  /** Milliseconds that one hub may take; default 15 000. */
  readonly timeout?: number;
}

/** What came of asking a hub. */
export interface AskedHub {
  readonly source: SourceName;
  /** Models it named. */
  readonly found: number;
  /** Why it named none. */
  readonly failure?: { readonly code: string; readonly message: string; readonly remedy: string };
}

interface Answer {
  readonly hub: AskedHub;
  readonly models: readonly FoundModel[];
}

/** Asks a hub, for a limited time. A failure is part of the answer, so that it loses nobody else's. @throws HUB_STOPPED */
export async function ask({ source, search }: SearchableHub, query: HubQuery, options: AskOptions): Promise<Answer> {
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
