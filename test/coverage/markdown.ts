import { existsSync, readFileSync } from 'node:fs';
import type { BaseRow, RowsBySource } from './row.js';

/** A Keras application, as test/keras/report.ts writes it. */
interface ApplicationRow {
  readonly architecture: string;
  readonly parameters: number;
  /** `null` where only layers and weights are compared. */
  readonly error: number | null;
  /** The largest difference of the loss of a step from Keras's, as a share of how far it falls; `null` where another one of the family is trained. */
  readonly trains: number | null;
}

interface Line extends Omit<BaseRow, 'error'> {
  readonly error: string;
}

function read<T>(name: string): T | undefined {
  const file = new URL(`../../docs/results/${name}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
}

function lines(): Line[] {
  const bases = Object.values(read<RowsBySource>('bases') ?? {}).flat();
  const applications = read<{ readonly rows: readonly ApplicationRow[] }>('coverage-keras')?.rows ?? [];
  return [
    ...applications.map(({ architecture, parameters, error, trains }) => ({
      architecture,
      source: 'Keras weights',
      oracle: 'Keras 3.15',
      parameters,
      error: error === null ? 'layers only' : error.toExponential(1),
      trains: trains === null ? 'as its family' : `as Keras: ${trains.toExponential(1)}`,
    })),
    ...bases.map((row) => ({ ...row, error: row.error.toExponential(1) })),
  ];
}

/** What every importer reads, beside the framework that wrote it: a section of docs/coverage.md. */
export function basesSection(): string {
  const rows = lines().map(
    ({ architecture, source, oracle, parameters, error, trains }) =>
      `| ${architecture} | ${source} | ${oracle} | ${parameters} | ${error} | ${trains} |`,
  );
  return `## Bases from other ecosystems

Each is imported and run on an input of random numbers; **error** is the largest difference from what its own framework computes, as a share of the
largest value of that output (where that is above 1, for TensorFlow and ONNX). **trains**: whether the loss of three steps on all weights, with a new head,
falls; the code of the error where there are none (a shape that depends on data); \`as Keras\` and \`as PyTorch\`: the largest difference of the loss of a step
from the framework's own, as a share of training's effect on it, for one model of each family.

Networks of torchvision have their full size and generated weights; those of more than 100 million parameters are not trained here (\`not tried\`). Models of
transformers are small, one of each class and one of each option that changes the layers, which stands behind the name.

8-bit models are compared with the quantised model that ONNX Runtime runs, whose activations are rounded as well: that is what their error shows.

| architecture | source | oracle | parameters | error | trains |
|---|---|---|---|---|---|
${rows.join('\n')}`;
}
