import type { Dataset, ModelInputs } from '../../data/index.js';

/** Samples without labels that take part in training. Source: Sohn et al., FixMatch, arXiv 2001.07685. */
export interface Unlabelled {
  readonly data: Dataset;
  /** Reads a weak view of a sample in the mode `eval` and a strong one in the mode `train`. */
  readonly views: ModelInputs;
  /** Probability from which the answer to the weak view counts as the label of the strong one. */
  readonly threshold: number;
  /** Weight λ of their loss. */
  readonly weight: number;
  /** Unlabelled samples of a step for each labelled one, μ. */
  readonly ratio: number;
}
