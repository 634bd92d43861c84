/**
 * Measures the memory and time of training steps with activations kept and computed again, and with a frozen base in 8 bits; writes
 * docs/results/memory.json: `npm run bench:memory`. Each step runs in a process of its own; medians of its runs after the first.
 * Losses tell that steps with and without checkpoints agree; those with 8 bits have other weights in the file than the others are fed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { summarize } from '../statistics.js';
import type { MemoryCost, MemoryJob } from './child.js';

const child = fileURLToPath(new URL('child.ts', import.meta.url));
const small = { layers: 6, width: 384, heads: 12, rows: 16, tokens: 128 };
const large = { layers: 12, width: 768, heads: 12, rows: 16, tokens: 128 };
const LORA = 'lora_|^classifier';

const rows: Readonly<Record<string, Omit<MemoryJob, 'file' | 'build'>>> = {
  '6×384, full': { size: small, trainable: '', checkpointActivations: false, int8: false },
  '6×384, full, checkpoints': { size: small, trainable: '', checkpointActivations: true, int8: false },
  '6×384, LoRA': { size: { ...small, rank: 8 }, trainable: LORA, checkpointActivations: false, int8: false },
  '6×384, LoRA, int8 base': { size: { ...small, rank: 8 }, trainable: LORA, checkpointActivations: false, int8: true },
  '12×768, full': { size: large, trainable: '', checkpointActivations: false, int8: false },
  '12×768, full, checkpoints': { size: large, trainable: '', checkpointActivations: true, int8: false },
  '12×768, LoRA': { size: { ...large, rank: 8 }, trainable: LORA, checkpointActivations: false, int8: false },
  '12×768, LoRA, int8 base': { size: { ...large, rank: 8 }, trainable: LORA, checkpointActivations: false, int8: true },
  '12×768, LoRA, int8 base, checkpoints': { size: { ...large, rank: 8 }, trainable: LORA, checkpointActivations: true, int8: true },
};

function start(job: MemoryJob): string {
  return execFileSync(process.execPath, ['--import', 'tsx', child, JSON.stringify(job)], { encoding: 'utf8' });
}

const folder = mkdtempSync(join(tmpdir(), 'regraft-memory-'));
try {
  const measured: object[] = [];
  for (const [name, row] of Object.entries(rows)) {
    const job = { ...row, file: join(folder, 'step.onnx') };
    start({ ...job, build: true });
    const { before, peak, seconds, loss } = JSON.parse(start({ ...job, build: false })) as MemoryCost;
    const inMiB = (bytes: number): number => Math.round(bytes / 2 ** 20);
    measured.push({ name, beforeMiB: inMiB(before), peakMiB: inMiB(peak), seconds: summarize(seconds.slice(1)).median, loss });
    console.log(measured.at(-1));
    const result = { machine: { cpu: cpus()[0]?.model, cores: cpus().length }, node: process.version, rows: measured };
    writeFileSync(new URL('../../docs/results/memory.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
