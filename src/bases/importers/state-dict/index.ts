export { readStateDict, readWeights } from './read.js';
export type { StateDict, StoredWeight, Weights } from './types.js';
