import { type AskedHub, type FoundModel, type SearchRequest, searchModels } from '../../bases/catalogue/index.node.js';
import type { WorkflowContext } from './context.js';

export type { FoundModel, SearchRequest };

export interface SearchResult {
  readonly query: string;
  /** The best first. */
  readonly models: readonly FoundModel[];
  /** How many there are, those beyond the limit included. */
  readonly total: number;
  readonly hubs: readonly AskedHub[];
  /** Hubs that failed, models that were left out. */
  readonly notes: readonly string[];
}

/**
 * Finds pretrained models by words, task, licence and size: in the catalogue that comes with Regraft and, unless offline, on npm, Kaggle Models and
 * Hugging Face. A hub that fails is a note of the result.
 * @throws SEARCH_VALUE_UNKNOWN for a task, licence or source that nobody knows; HUB_STOPPED
 */
export async function search(request: SearchRequest, { events, signal, offline }: WorkflowContext = {}): Promise<SearchResult> {
  const onAnswer = (done: number, total: number): void => events?.emit('progress', { stage: 'searching', done, total });
  const found = await searchModels(request, { onAnswer, ...(signal && { signal }), ...(offline && { offline }) });
  const { models, total, silent, hubs } = found;
  const notes = [
    ...hubs.flatMap(({ failure }) => (failure ? [`${failure.message} ${failure.remedy}`] : [])),
    ...(silent > 0 ? [`${silent} more do not state what the filters ask for, and were left out.`] : []),
    ...(found.offline ? ['Offline: only the catalogue that comes with Regraft was searched.'] : []),
    ...(total > models.length ? [`${models.length} of ${total} are shown; --limit shows more.`] : []),
  ];
  return { query: request.query, models, total, hubs, notes };
}
