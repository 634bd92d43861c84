/** Product of two vectors of `width` numbers that begin at `a` in `left` and at `b` in `right`: the cosine where both have length 1. */
export function dot(left: Float32Array, a: number, right: Float32Array, b: number, width: number): number {
  let sum = 0;
  for (let i = 0; i < width; i++) sum += (left[a + i] as number) * (right[b + i] as number);
  return sum;
}

/** Mean of what was found for the samples drawn. */
export function meanOf(values: Float64Array, drawn: Int32Array): number {
  let sum = 0;
  for (const i of drawn) sum += values[i] as number;
  return sum / drawn.length;
}
