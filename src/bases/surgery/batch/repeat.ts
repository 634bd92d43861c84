import { int64 } from '../../../core/index.js';
import type { BatchPosition } from './position.js';
import { oneRow, type SteppedRows, steppedRows } from './rows.js';
import type { BatchTrial } from './trial.js';

/** A value that does not depend on the data, repeated for as many samples as there are; `undefined` where that has no meaning. */
export function perSample(trial: BatchTrial, name: string, position: BatchPosition): string | undefined {
  const { axis, outer, inner } = position;
  if (axis >= trial.dims(name).length) return undefined;
  const row = oneRow(trial, name, position);
  if (row === undefined) {
    const rows = outer * inner === 1 ? steppedRows(trial.constant(name), axis) : undefined;
    return rows && perSampleSteps(trial, name, axis, rows);
  }
  const dims = trial.dims(row);
  if (outer * inner === 1) return trial.make('Expand', [row, ones(trial, dims.length, axis)], `${name}/per_sample`);
  const [before, after] = [dims.slice(0, axis), dims.slice(axis + 1)];
  const split = trial.make('Reshape', [row, trial.ints([...before, outer, 1, inner, ...after], `${name}/split_dims`)], `${name}/split`);
  const repeated = trial.make('Expand', [split, ones(trial, dims.length + 2, axis + 1)], `${name}/per_sample`);
  return trial.make('Reshape', [repeated, trial.ints([...before, -1, ...after], `${name}/dims`)], `${name}/merged`);
}

/** The numbers of sample 0, and `steps` more for each sample after it. */
export function perSampleSteps(trial: BatchTrial, name: string, axis: number, { row, steps }: SteppedRows): string {
  const dims = trial.dims(name).with(axis, 1);
  const count = trial.make('Squeeze', [trial.batchVector()], 'batch_count');
  const numbers = trial.make('Range', [integers(trial, [], [0]), count, integers(trial, [], [1])], `${name}/samples`);
  const column = trial.make(
    'Reshape',
    [
      numbers,
      trial.ints(
        dims.map((_, at) => (at === axis ? -1 : 1)),
        `${name}/samples_dims`,
      ),
    ],
    `${name}/samples_column`,
  );
  const offsets = trial.make('Mul', [column, integers(trial, dims, steps)], `${name}/offsets`);
  return trial.make('Add', [offsets, integers(trial, dims, row)], `${name}/per_sample`);
}

/** Ones, and the batch size, known when the model runs, at `axis`: what Expand takes. */
function ones(trial: BatchTrial, rank: number, axis: number): string {
  const count = (size: number): string[] => (size > 0 ? [trial.ints(new Array<number>(size).fill(1), 'ones')] : []);
  const parts = [...count(axis), trial.batchVector(), ...count(rank - axis - 1)];
  return parts.length === 1 ? (parts[0] as string) : trial.make('Concat', parts, 'batch_dims', { axis: 0 });
}

function integers(trial: BatchTrial, dims: readonly number[], values: readonly number[]): string {
  return trial.store(int64(dims, values), 'numbers');
}
