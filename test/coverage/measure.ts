import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { huggingfaceRows } from './huggingface.js';
import { onnxRows } from './onnx.js';
import type { BaseRow, RowsBySource } from './row.js';
import { tensorflowRows } from './tensorflow.js';
import { tfjsRows } from './tfjs.js';
import { torchRows } from './torch.js';

// Imports every base that an oracle knows, compares outputs and takes three steps; writes docs/results/bases.json. Names of sources as arguments measure
// these alone; rows of the others stay.

const sources = { torch: torchRows, huggingface: huggingfaceRows, tensorflow: tensorflowRows, onnx: onnxRows, tfjs: tfjsRows };
const file = new URL('../../docs/results/bases.json', import.meta.url);

const named = process.argv.slice(2);
const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RowsBySource) : {};
const measured = new Map(Object.entries(known));
for (const [name, source] of Object.entries(sources)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const rows: BaseRow[] = [];
  for await (const row of source()) {
    rows.push({ ...row, error: Number(row.error.toPrecision(2)) });
    process.stderr.write(`${row.source} ${row.architecture}: ${row.error.toExponential(1)}, trains: ${row.trains}\n`);
  }
  measured.set(name, rows);
}
const all = Object.fromEntries(Object.keys(sources).map((name) => [name, measured.get(name) ?? []]));
writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
