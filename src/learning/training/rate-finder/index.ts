export { type FoundRates, findRate } from './find-rate.js';
export type { RateSuggestions, Sweep } from './suggestions.js';
