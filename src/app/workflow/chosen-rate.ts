import type { RateSuggestions } from '../../learning/training/index.js';

/** The learning rate that a run chose by itself. */
export interface ChosenRate {
  readonly lr: number;
  readonly by: keyof RateSuggestions;
  readonly suggestions: RateSuggestions;
  /** Steps of the sweep. */
  readonly steps: number;
}
