export { type FoundRates, findRate } from './find-rate.js';
export type { RateSuggestions } from './suggestions.js';
