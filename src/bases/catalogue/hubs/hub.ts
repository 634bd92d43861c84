import type { ResolveOptions } from '../../hub/index.node.js';
import type { FoundModel } from '../facts.js';
import type { Wanted } from '../filters.js';
import type { SourceName } from '../sources.js';

export interface HubQuery {
  readonly text: string;
  /** A hub may filter by itself what it can; all that it finds is filtered again. */
  readonly wanted: Wanted;
  /** Most models that are worth reporting. */
  readonly limit: number;
}

/** A hub that can be searched. */
export interface SearchableHub {
  readonly source: SourceName;
  /** Whether it can be asked without a word to look for. */
  readonly lists: boolean;
  /** What the hub finds, in its own order. @throws HUB_NETWORK, HUB_HTTP, HUB_ACCESS_DENIED, HUB_NPM_MISSING, HUB_STOPPED, SEARCH_FAILED */
  search(query: HubQuery, options: ResolveOptions): Promise<readonly FoundModel[]>;
}
