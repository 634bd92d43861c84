import type { TrainWork } from '../job.js';
import { ADAMW, images, ratio, TORCHES, type Workload } from '../workload.js';

function work(tiny: boolean, changes: Pick<TrainWork, 'trainable' | 'freeze'>): TrainWork {
  const batchSize = tiny ? 2 : 16;
  const inputs = images(batchSize, tiny ? 64 : 224);
  return { kind: 'train', network: 'vit', inputs, batchSize, classes: 10, optimizer: ADAMW, batchNorm: 'eval', cached: false, ...changes };
}

const engines = ['regraft', ...TORCHES] as const;

export const vit: readonly Workload[] = [
  {
    name: 'vit-full',
    title: 'ViT-S/16, 224², full, AdamW',
    unit: 'step',
    engines,
    target: ratio(0.66),
    work: (tiny) => work(tiny, { trainable: '', freeze: { kind: 'none' } }),
  },
  {
    name: 'vit-last',
    title: 'ViT-S/16, 224², last block and head, AdamW',
    unit: 'step',
    engines,
    target: ratio(0.7),
    work: (tiny) => {
      const last = tiny ? 1 : 11;
      return work(tiny, { trainable: `^blocks\\.${last}\\.|^norm|^classifier`, freeze: { kind: 'until', name: `blocks.${last - 1}` } });
    },
  },
];
