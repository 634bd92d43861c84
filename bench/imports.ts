/**
 * Measures what importing a gigabyte of weights takes, and writes docs/results/imports.json: `npm run bench:imports`.
 *
 * The weights are all alike; what they are makes no difference to an importer. Each import is a process of its own; medians of {@link ROUNDS}.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sizeOf, type Tensor } from '../src/core/index.js';
import { writeSafetensorsFile } from '../src/learning/data/index.node.js';
import { architectureCases } from '../test/support/torch-architectures.js';
import type { ImportCost } from './imports-child.js';
import { summarize } from './statistics.js';

const ROUNDS = 5;
const WIDTH = 1024;
const LAYERS = 20;
const child = fileURLToPath(new URL('imports-child.ts', import.meta.url));

type Shapes = Readonly<Record<string, readonly number[]>>;

/** BERT-large with four layers fewer. */
function bertShapes(): Shapes {
  const linear = (name: string, out: number, from: number): Shapes => ({ [`${name}.weight`]: [out, from], [`${name}.bias`]: [out] });
  const norm = (name: string): Shapes => ({ [`${name}.weight`]: [WIDTH], [`${name}.bias`]: [WIDTH] });
  const layer = (at: string): Shapes => ({
    ...linear(`${at}.attention.self.query`, WIDTH, WIDTH),
    ...linear(`${at}.attention.self.key`, WIDTH, WIDTH),
    ...linear(`${at}.attention.self.value`, WIDTH, WIDTH),
    ...linear(`${at}.attention.output.dense`, WIDTH, WIDTH),
    ...norm(`${at}.attention.output.LayerNorm`),
    ...linear(`${at}.intermediate.dense`, 4 * WIDTH, WIDTH),
    ...linear(`${at}.output.dense`, WIDTH, 4 * WIDTH),
    ...norm(`${at}.output.LayerNorm`),
  });
  const tables = { word_embeddings: 30_522, position_embeddings: 512, token_type_embeddings: 2 };
  return Object.assign(
    Object.fromEntries(Object.entries(tables).map(([name, rows]) => [`embeddings.${name}.weight`, [rows, WIDTH]])),
    norm('embeddings.LayerNorm'),
    ...Array.from({ length: LAYERS }, (_, i) => layer(`encoder.layer.${i}`)),
    linear('pooler.dense', WIDTH, WIDTH),
  ) as Shapes;
}

function* filled(shapes: Shapes): Generator<readonly [string, Tensor]> {
  for (const [name, dims] of Object.entries(shapes)) yield [name, { type: 'float32', dims, data: new Float32Array(sizeOf(dims)).fill(0.5) }];
}

/** Writes each base into a folder; returns what imports it. */
const bases: Readonly<Record<string, (folder: string) => Promise<object>>> = {
  'BERT of transformers, safetensors': async (folder) => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', num_hidden_layers: LAYERS, num_attention_heads: 16 }));
    await writeSafetensorsFile(join(folder, 'model.safetensors'), filled(bertShapes()));
    return { uri: folder };
  },
  'ViT-L/16 of torchvision, safetensors': async (folder) => {
    const { weights = {} } = architectureCases['vit_l_16'] ?? {};
    await writeSafetensorsFile(join(folder, 'weights.safetensors'), filled(weights));
    return { uri: join(folder, 'weights.safetensors'), architecture: 'vit_l_16' };
  },
};

function importOnce(base: object): ImportCost {
  const output = execFileSync(process.execPath, ['--import', 'tsx', child, JSON.stringify(base)], { encoding: 'utf8' });
  return JSON.parse(output) as ImportCost;
}

const rows = [];
for (const [name, write] of Object.entries(bases)) {
  const folder = mkdtempSync(join(tmpdir(), 'regraft-imports-'));
  try {
    const base = await write(folder);
    const costs = Array.from({ length: ROUNDS }, () => importOnce(base));
    const bytes = costs[0]?.bytes ?? 0;
    const peak = summarize(costs.map((cost) => cost.peak)).median / bytes;
    rows.push({ name, bytes, seconds: summarize(costs.map((cost) => cost.seconds)).median, peakShare: peak });
    console.log(name, rows.at(-1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const result = { machine: { cpu: cpus()[0]?.model, cores: cpus().length }, node: process.version, rounds: ROUNDS, rows };
writeFileSync(new URL('../docs/results/imports.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
