import { ADAMW, images, ratio, TORCHES, type Workload } from '../workload.js';

/** Work on frozen bases: their features, and heads on these. */
export const frozen: readonly Workload[] = [
  {
    name: 'features',
    title: 'Features of MobileNetV2, 224²',
    unit: 'batch',
    engines: ['regraft', 'onnxruntime', ...TORCHES, 'tfjs-wasm', 'jax-js'],
    target: ratio(1.05, 'onnxruntime'),
    work: (tiny) => {
      const batchSize = tiny ? 2 : 16;
      return { kind: 'predict', network: 'mobilenetv2-features', inputs: images(batchSize, tiny ? 64 : 224), batchSize };
    },
  },
  {
    name: 'head',
    title: 'Linear head on 1,000 cached 1280-d features, 20 epochs, batch 32, Adam',
    unit: 'training',
    engines: ['regraft', ...TORCHES, 'tfjs-wasm', 'jax-js'],
    target: { kind: 'cpu', atMost: 0.2 },
    work: (tiny) => ({
      kind: 'head',
      network: 'head',
      inputs: { features: { type: 'float32', dims: tiny ? [100, 64] : [1000, 1280], low: 0, high: 1 } },
      batchSize: 32,
      classes: 10,
      optimizer: { ...ADAMW, lr: 1e-3, weightDecay: 0 },
      epochs: tiny ? 2 : 20,
    }),
  },
];
