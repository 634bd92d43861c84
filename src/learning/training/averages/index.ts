export type { AverageSpec } from './average-spec.js';
export { Averaging } from './averaging.js';
