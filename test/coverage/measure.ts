import { writeFileSync } from 'node:fs';
import { onnxRows } from './onnx.js';
import type { BaseRow } from './row.js';
import { tensorflowRows } from './tensorflow.js';
import { tfjsRows } from './tfjs.js';

// Imports every base that an oracle knows, compares outputs and takes three steps; writes docs/results/bases.json.

const rows: BaseRow[] = [];
for (const source of [tensorflowRows, onnxRows, tfjsRows]) {
  for await (const row of source()) {
    rows.push({ ...row, error: Number(row.error.toPrecision(2)) });
    process.stderr.write(`${row.source} ${row.architecture}: ${row.error.toExponential(1)}, trains: ${row.trains}\n`);
  }
}
writeFileSync(new URL('../../docs/results/bases.json', import.meta.url), `${JSON.stringify(rows, undefined, 2)}\n`);
