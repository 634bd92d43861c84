import type { Loss } from './loss.js';

/** Several losses at once, each counting the same; batches are averaged as the first one says. */
export function sumOf(first: Loss, ...others: readonly Loss[]): Loss {
  return { ...first, build: (b, inputs) => others.reduce((sum, loss) => b.add(sum, loss.build(b, inputs)), first.build(b, inputs)) };
}
