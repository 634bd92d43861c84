import type { InputSpec, TrainWork } from '../job.js';
import { ADAMW, ratio, TORCHES, type Workload } from '../workload.js';

function inputs(tiny: boolean): Readonly<Record<string, InputSpec>> {
  const dims = tiny ? [2, 16] : [16, 128];
  return {
    input_ids: { type: 'int64', dims, low: 0, high: tiny ? 1000 : 30522 },
    attention_mask: { type: 'int64', dims, low: 1, high: 2 },
  };
}

function work(tiny: boolean, changes: Pick<TrainWork, 'trainable' | 'freeze'> & { readonly network?: string }): TrainWork {
  const batchSize = tiny ? 2 : 16;
  return {
    kind: 'train',
    network: 'bert',
    inputs: inputs(tiny),
    batchSize,
    classes: 3,
    optimizer: ADAMW,
    batchNorm: 'eval',
    cached: false,
    ...changes,
  };
}

const engines = ['regraft', ...TORCHES] as const;

/** BERT-like: 6 layers of width 384, 30,522 tokens, 22.7 M parameters, sequences of 128. */
export const bert: readonly Workload[] = [
  {
    name: 'bert-full',
    title: 'BERT-like 6×384, sequence 128, full, AdamW',
    unit: 'step',
    engines,
    target: ratio(0.65, 'torch-modern'),
    work: (tiny) => work(tiny, { trainable: '', freeze: { kind: 'none' } }),
  },
  {
    name: 'bert-last',
    title: 'BERT-like, last block and head, AdamW',
    unit: 'step',
    engines,
    target: ratio(0.69),
    work: (tiny) => {
      const last = tiny ? 1 : 5;
      return work(tiny, { trainable: `^layers\\.${last}\\.|^pooler|^classifier`, freeze: { kind: 'until', name: `layers.${last - 1}` } });
    },
  },
  {
    name: 'bert-lora',
    title: 'BERT-like, LoRA of rank 8 on queries and values, and head, AdamW',
    unit: 'step',
    engines,
    target: ratio(0.55, 'torch-modern'),
    work: (tiny) =>
      work(tiny, { network: 'bert-lora', trainable: 'lora_|^classifier', freeze: { kind: 'match', pattern: '^(?!.*lora_|classifier)' } }),
  },
];
