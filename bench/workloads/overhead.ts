import { images, SGD, type Workload } from '../workload.js';

/** What is not training itself. */
export const overhead: readonly Workload[] = [
  {
    name: 'compile',
    title: 'Compiling a training step of ResNet-50: graph and session',
    unit: 'compilation',
    engines: ['regraft'],
    target: { kind: 'wall', atMost: 3 },
    work: (tiny) => ({
      kind: 'compile',
      network: 'resnet50',
      inputs: images(tiny ? 2 : 16, tiny ? 64 : 224),
      batchSize: tiny ? 2 : 16,
      classes: 10,
      optimizer: SGD,
      trainable: '',
      freeze: { kind: 'none' },
      batchNorm: 'eval',
      cached: false,
    }),
  },
  {
    name: 'help',
    title: '`regraft --help`',
    unit: 'call',
    engines: ['command-line'],
    target: { kind: 'wall', atMost: 0.3 },
    rounds: 10,
    work: () => ({ kind: 'help' }),
  },
];
