export type Part = 'key' | 'value';

/** What was cached before, `[N, heads, P, width]`. */
export function pastName(layer: number, part: Part): string {
  return `past.${layer}.${part}`;
}

/** What was cached since, `[N, heads, R, width]`. */
export function recentName(layer: number, part: Part): string {
  return `recent.${layer}.${part}`;
}

/** The recent part with that of the new tokens, `[N, heads, R + T, width]`. */
export function presentName(layer: number, part: Part): string {
  return `present.${layer}.${part}`;
}
