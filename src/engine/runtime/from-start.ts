/**
 * Lets an optimiser see a weight as its distance from where it started. Every optimiser does the same to a weight wherever its origin lies,
 * but for weight decay, which pulls to the origin: so any optimiser's decay, coupled or not, becomes one towards the start.
 * @param weight changed in place
 */
export function fromStart(weight: Float32Array, start: Float32Array, update: () => void): void {
  for (let i = 0; i < weight.length; i++) weight[i] = (weight[i] as number) - (start[i] as number);
  update();
  for (let i = 0; i < weight.length; i++) weight[i] = (weight[i] as number) + (start[i] as number);
}
