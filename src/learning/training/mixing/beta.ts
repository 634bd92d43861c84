import type { Random } from '../../../core/index.js';

/** A number of the distribution Beta(`alpha`, `alpha`), in (0, 1): even at 1, near 0 and 1 below. @param alpha > 0 */
export function symmetricBeta(alpha: number, random: Random): number {
  const [a, b] = [logGamma(alpha, random), logGamma(alpha, random)];
  // From logarithms: for small alpha both numbers are too small for a quotient.
  return 1 / (1 + Math.exp(b - a));
}

/** Logarithm of a number of the distribution Gamma(`shape`, 1) (Marsaglia & Tsang, ACM TOMS 26(3), 2000). */
function logGamma(shape: number, random: Random): number {
  if (shape < 1) return logGamma(shape + 1, random) + Math.log(1 - random.uniform()) / shape;
  const d = shape - 1 / 3;
  for (;;) {
    const x = random.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return Math.log(d * v);
  }
}
