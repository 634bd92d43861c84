/** How a metric is to be read. */
export interface MetricKind {
  readonly better: 'higher' | 'lower';
  /** Shares are from 0 to 1. */
  readonly unit: 'share' | 'number';
}

const SHARE: MetricKind = { better: 'higher', unit: 'share' };
const SCORE: MetricKind = { better: 'higher', unit: 'number' };
const ERROR: MetricKind = { better: 'lower', unit: 'number' };

/** The metrics of all tasks; one row adds one. */
const metrics: Readonly<Record<string, MetricKind>> = {
  accuracy: SHARE,
  macroF1: SHARE,
  microF1: SHARE,
  exactMatch: SHARE,
  f1: SHARE,
  precision: SHARE,
  recall: SHARE,
  tagAccuracy: SHARE,
  tokenAccuracy: SHARE,
  accuracyAt1: SHARE,
  mrr: SHARE,
  knnAccuracy: SHARE,
  meanIoU: SHARE,
  pixelAccuracy: SHARE,
  meanAccuracy: SHARE,
  boundaryF1: SHARE,
  r2: SCORE,
  spearman: SCORE,
  pearson: SCORE,
  loss: ERROR,
  rmse: ERROR,
  mae: ERROR,
  perplexity: ERROR,
};

/** How the metric `name` is to be read; of one that is not in the table, more is better. */
export function metricKind(name: string): MetricKind {
  return metrics[name] ?? SCORE;
}
