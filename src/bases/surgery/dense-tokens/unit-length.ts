import type { Finder } from './find.js';

/** What may lie between a length squared and the factor that makes it one. */
const TO_FACTOR = ['Reciprocal', 'Sqrt', 'Max', 'Add', 'Clip', 'Pow'];

/** Whether a vector was scaled to unit length. Classes are not scored so: such an output is an embedding, made to be compared or given to a head. */
export function hasUnitLength(finder: Finder, name: string): boolean {
  const scaled = finder.made(name, 'Mul', 'Div');
  const [vector, factor] = scaled?.inputs ?? [];
  const sum = factor && finder.made(finder.source(factor, ...TO_FACTOR), 'ReduceSum', 'ReduceSumSquare', 'ReduceL2');
  if (!sum) return false;
  const square = sum.op === 'ReduceSum' ? finder.made(sum.inputs[0], 'Mul', 'Pow') : sum;
  return square?.inputs[0] === vector && (square?.op !== 'Mul' || square.inputs[1] === vector);
}
