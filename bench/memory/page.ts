import { readFileSync } from 'node:fs';

export interface MemoryRow {
  readonly encoder: string;
  /** What is trained, and how. */
  readonly way: string;
  /** Of the process that computes steps, before the first step and at most. */
  readonly beforeMiB: number;
  readonly peakMiB: number;
  /** Of one step. */
  readonly cpuSeconds: number;
  readonly loss: number;
}

export interface MemoryResult {
  readonly batch: number;
  readonly tokens: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly loadBefore: number };
  readonly node: string;
  readonly rows: readonly MemoryRow[];
}

export function readMemory(): MemoryResult {
  return JSON.parse(readFileSync(new URL('../../docs/results/memory.json', import.meta.url), 'utf8')) as MemoryResult;
}

/** docs/memory.md from the committed results. */
export function memoryPage({ batch, tokens, machine, node, rows }: MemoryResult): string {
  const busy = machine.loadBefore >= 1 ? ' Other work ran on the machine meanwhile: take the memory at its word, the times as rough.' : '';
  return `# Memory

Written by \`npm run docs\` from \`docs/results/memory.json\`, which \`npm run bench:memory\` measures: the training step of a BERT-like encoder (layers ×
width, a vocabulary of 30,522, SGD) on ${batch} texts of ${tokens} tokens, one thread. Peak memory is that of a process that computes two steps and holds
the weights it computes with; medians of three processes. A run holds more beside it: the samples, and the model once more where it was read.

| encoder | trained | before the first step | peak | CPU a step |
|---|---|---|---|---|
${rows.map((row) => `| ${row.encoder} | ${row.way} | ${row.beforeMiB} MiB | ${row.peakMiB} MiB | ${row.cpuSeconds.toFixed(2)} s |`).join('\n')}

Measured on ${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore} before; node ${node}.${busy}

## How to need less

- **\`training: { checkpointActivations: true }\`** computes activations again for the backward pass. It saves what activations take, so the more the larger
  the batch and the longer the texts. Losses are those without it but for rounding.
- **\`recipe: { name: lora, quantise: int8 }\`**, and likewise dora, ia3, adapter and prompt-tuning, stores frozen matrices of linear layers in 8 bits with a
  scale for each output channel. Embeddings, norms and what is trained stay as they are. Losses while it trains, and the validation after each
  epoch, are of the model in 8 bits. Then the base is read again and the adapter put on it in full precision: the metrics of the run, the bundle and
  \`regraft evaluate\` are of that. \`adapter/\` belongs to the base in full precision, too.
- **\`training: { accumulate: 4, batchSize: 4 }\`** takes the steps of a batch of 16 in the memory of 4.
`;
}
