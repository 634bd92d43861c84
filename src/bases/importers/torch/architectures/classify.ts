import { type Layer, linear, sequential, type Value } from '../../torch-layers/index.js';

/** The classifier of pooled features `[N, C]`; the features themselves where the file has none, as of a backbone that was trained without labels. */
export function classify(features: Value, name: string): Readonly<Record<string, Value>> {
  return features.net.has(`${name}.weight`) ? { logits: linear(features, name) } : { features };
}

/** The same with a classifier `Sequential` of hidden layers and a last Linear behind them; a file may lack all of it or the last alone. */
export function classifySequential(features: Value, name: string, hidden: readonly Layer[]): Readonly<Record<string, Value>> {
  const hasHidden = features.net.has(`${name}.${hidden.indexOf(linear)}.weight`);
  return hasHidden ? classify(sequential(features, name, hidden), `${name}.${hidden.length}`) : { features };
}
