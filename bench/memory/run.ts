/**
 * Measures the memory and processor time of training steps with activations kept and computed again, and with a frozen base in 8 bits; writes
 * docs/results/memory.json: `npm run bench:memory`, then `npm run docs`. Each row is run by three processes, of which the medians are kept. That all do
 * the same work their losses tell, which 8 bits change a little.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summarize } from '../statistics.js';
import type { MemoryCost, MemoryJob } from './child.js';
import type { MemoryResult, MemoryRow } from './page.js';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const PROCESSES = 3;
const small = { layers: 6, width: 384, heads: 12, rows: 8, tokens: 128 };
const large = { layers: 12, width: 768, heads: 12, rows: 8, tokens: 128 };
const LORA = 'lora_|^classifier';

const ways: Readonly<Record<string, Pick<MemoryJob, 'trainable' | 'checkpointActivations' | 'int8'> & { readonly rank?: number }>> = {
  'all weights': { trainable: '', checkpointActivations: false, int8: false },
  'all weights, checkpointActivations': { trainable: '', checkpointActivations: true, int8: false },
  LoRA: { rank: 8, trainable: LORA, checkpointActivations: false, int8: false },
  'LoRA, int8 base': { rank: 8, trainable: LORA, checkpointActivations: false, int8: true },
  'LoRA, int8 base, checkpointActivations': { rank: 8, trainable: LORA, checkpointActivations: true, int8: true },
};

function start(job: MemoryJob): string {
  return execFileSync(process.execPath, ['--import', 'tsx', child, JSON.stringify(job)], { encoding: 'utf8' });
}

function median(costs: readonly MemoryCost[], of: (cost: MemoryCost) => number): number {
  return summarize(costs.map(of)).median;
}

const folder = mkdtempSync(join(tmpdir(), 'regraft-memory-'));
const rows: MemoryRow[] = [];
const inMiB = (bytes: number): number => Math.round(bytes / 2 ** 20);
const load = loadavg()[0] ?? 0;
try {
  for (const size of [small, large]) {
    for (const [way, { rank, ...options }] of Object.entries(ways)) {
      const job = { ...options, size: { ...size, ...(rank && { rank }) }, file: join(folder, 'step.onnx') };
      start({ ...job, build: true });
      const costs = Array.from({ length: PROCESSES }, () => JSON.parse(start({ ...job, build: false })) as MemoryCost);
      rows.push({
        encoder: `${size.layers}×${size.width}`,
        way,
        beforeMiB: inMiB(median(costs, ({ before }) => before)),
        peakMiB: inMiB(median(costs, ({ peak }) => peak)),
        cpuSeconds: Number(median(costs, ({ seconds }) => seconds.at(-1) as number).toFixed(2)),
        loss: median(costs, ({ loss }) => loss),
      });
      console.log(rows.at(-1));
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, loadBefore: Number(load.toFixed(1)) };
const result: MemoryResult = { batch: small.rows, tokens: small.tokens, machine, node: process.version, rows };
writeFileSync(new URL('../../docs/results/memory.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
