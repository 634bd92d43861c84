import { linear, type Value } from '../../torch-layers/index.js';

/** The classifier of pooled features `[N, C]`; the features themselves where the file has none, as of a backbone that was trained without labels. */
export function classify(features: Value, name: string): Readonly<Record<string, Value>> {
  return features.net.has(`${name}.weight`) ? { logits: linear(features, name) } : { features };
}
