export type { AskedHub } from './ask.node.js';
export type { FoundModel, Importable, Metric, ModelFacts } from './facts.js';
export { type Search, type SearchRequest, searchModels } from './search.node.js';
export type { SourceName } from './sources.js';
