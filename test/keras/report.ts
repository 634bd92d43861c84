import { writeFileSync } from 'node:fs';
import { applicationCases, differenceFromApplication, goldenApplication } from '../support/keras-applications.js';
import { trainedLosses, trainingCases } from '../support/keras-training.js';

// Runs every application at full size and trains one of each family; writes docs/results/coverage-keras.json. Takes some minutes.

/** A row of the report. */
interface Row {
  readonly architecture: string;
  readonly source: 'keras';
  readonly parameters: number;
  /** The largest difference of a logit from Keras's, as a share of the largest logit; null where only layers and weights are compared. */
  readonly error: number | null;
  /** The largest difference of the loss of a step from Keras's, as a share of how far it falls; null where another one of the family is trained. */
  readonly trains: number | null;
}

async function rowOf(architecture: string): Promise<Row> {
  const { parameters, full } = applicationCases[architecture] ?? { parameters: 0 };
  const error = full ? await differenceFromApplication(goldenApplication(architecture, 'full'), full) : null;
  return { architecture, source: 'keras', parameters, error: rounded(error), trains: rounded(await lossDifference(architecture)) };
}

async function lossDifference(architecture: string): Promise<number | null> {
  const golden = trainingCases[architecture];
  if (!golden) return null;
  const losses = await trainedLosses(architecture, golden);
  const fall = Math.abs((golden.losses[0] ?? Number.NaN) - (golden.losses.at(-1) ?? Number.NaN));
  return Math.max(...golden.losses.map((loss, i) => Math.abs(loss - (losses[i] ?? Number.NaN)))) / fall;
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(2));
}

const rows: Row[] = [];
for (const architecture of Object.keys(applicationCases)) {
  rows.push(await rowOf(architecture));
  process.stderr.write(`${JSON.stringify(rows.at(-1))}\n`);
}
// The limit of training is that of the models exported from PyTorch (test/parity).
const passed = rows.filter(({ error, trains }) => (error ?? 0) < 1e-4 && (trains ?? 0) < 1e-2).length;
writeFileSync(new URL('../../docs/results/coverage-keras.json', import.meta.url), `${JSON.stringify({ passed, rows }, undefined, 2)}\n`);
if (passed < rows.length) process.exitCode = 1;
