import type { TrainWork } from '../job.js';
import { images, ratio, SGD, TORCHES, type Workload } from '../workload.js';

type Changes = Partial<Pick<TrainWork, 'trainable' | 'freeze' | 'batchNorm' | 'cached'>>;

function work(network: string, tiny: boolean, changes: Changes = {}): TrainWork {
  const batchSize = tiny ? 2 : 16;
  return {
    kind: 'train',
    network,
    inputs: images(batchSize, tiny ? 64 : 224),
    batchSize,
    classes: 10,
    optimizer: SGD,
    trainable: '',
    freeze: { kind: 'none' },
    batchNorm: 'eval',
    cached: false,
    ...changes,
  };
}

function segmentation(batchSize: number, size: number): TrainWork {
  return { ...work('deeplabv3-mobilenetv3', false), inputs: images(batchSize, size), batchSize, classes: 21, pixels: [size, size] };
}

const engines = ['regraft', ...TORCHES] as const;
const LAST = { trainable: '^layer4|^fc', freeze: { kind: 'until', name: 'layer3' } } as const;

export const convolutional: readonly Workload[] = [
  {
    name: 'resnet18-full',
    title: 'ResNet18, 224², full, SGD, BatchNorm frozen',
    unit: 'step',
    engines,
    target: ratio(1.19),
    work: (tiny) => work('resnet18', tiny),
  },
  {
    name: 'resnet18-batchnorm',
    title: 'ResNet18, 224², full, SGD, BatchNorm trained',
    unit: 'step',
    engines,
    target: ratio(1.16),
    work: (tiny) => work('resnet18', tiny, { batchNorm: 'train' }),
  },
  {
    name: 'resnet18-last',
    title: 'ResNet18, 224², layer4 and fc, SGD, frozen part computed at every step',
    unit: 'step',
    engines,
    target: ratio(0.88),
    work: (tiny) => work('resnet18', tiny, LAST),
  },
  {
    name: 'resnet18-last-cached',
    title: 'ResNet18, 224², layer4 and fc, SGD, frozen part computed once (PyTorch: at every step)',
    unit: 'step',
    engines,
    work: (tiny) => work('resnet18', tiny, { ...LAST, cached: true }),
  },
  {
    name: 'resnet50-full',
    title: 'ResNet50, 224², full, SGD, BatchNorm frozen',
    unit: 'step',
    engines,
    target: ratio(0.9, 'torch-modern'),
    work: (tiny) => work('resnet50', tiny),
  },
  {
    name: 'efficientnet-b0-full',
    title: 'EfficientNet-B0, 224², full, SGD, BatchNorm frozen',
    unit: 'step',
    engines,
    target: ratio(0.9, 'torch-modern'),
    work: (tiny) => work('efficientnet-b0', tiny),
  },
  {
    name: 'deeplabv3-mobilenetv3-full',
    title: 'DeepLabV3 on MobileNetV3-Large, output stride 16, 224², batch 8, full, SGD, BatchNorm frozen',
    unit: 'step',
    engines,
    target: ratio(0.9, 'torch-modern'),
    work: (tiny) => segmentation(tiny ? 2 : 8, tiny ? 64 : 224),
  },
  {
    name: 'mobilenetv2-full',
    title: 'MobileNetV2, 224², full, SGD, BatchNorm frozen',
    unit: 'step',
    engines,
    target: ratio(1.38),
    work: (tiny) => work('mobilenetv2', tiny),
  },
];
