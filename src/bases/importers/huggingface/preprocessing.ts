import type { JsonObject } from '../json.js';
import type { Preprocessing } from '../preprocessing.js';

export function readPreprocessing(_config: JsonObject): { readonly preprocessing: Preprocessing; readonly notes: readonly string[] } | undefined {
  return undefined;
}
