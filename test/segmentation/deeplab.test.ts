import { describe, expect, it } from 'vitest';
import { taskOf } from '../../src/learning/tasks/index.js';
import { Learner, memoryFeatures } from '../../src/learning/training/index.js';
import { classes, type DeepLabCase, deepLabCases, imported, lessonPixels, onResnet, type SegmentationLesson } from '../support/deeplab.js';
import { watchedDevice } from '../support/device.js';
import { runOnnx } from '../support/ort.js';
import { pixelData, pixelInputs } from '../support/pixels.js';
import { differenceFrom } from '../support/sample.js';
import { descent } from '../support/steps.js';

const MOBILENET = 'deeplabv3_mobilenet_v3_large';

interface Case {
  readonly name: string;
  readonly golden: DeepLabCase;
  readonly batchNorm: 'eval' | 'train';
  open(): Promise<SegmentationLesson>;
}

const caseOf = (name: string): DeepLabCase => deepLabCases[name] as DeepLabCase;
const resnets = [16, 8].map((stride): Case => {
  const golden = caseOf(`resnet50-${stride}`);
  return { name: `a classifier at output stride ${stride}`, golden, batchNorm: 'eval', open: () => onResnet(golden, stride) };
});
const cases: readonly Case[] = [
  ...resnets,
  { name: MOBILENET, golden: caseOf(MOBILENET), batchNorm: 'train', open: () => imported(MOBILENET, caseOf(MOBILENET)) },
];

describe.each(cases)('$name', ({ golden, batchNorm, open }) => {
  it('has the scores of torchvision', async () => {
    const { model, auxiliary } = await open();
    const found = await runOnnx(model, { images: lessonPixels(golden).images });
    // Roundings of float32 leave a few millionths; a window that lies one pixel aside changes the first digit.
    expect(differenceFrom(golden.scores.out, found[model.graph.outputs[0]?.name ?? ''])).toBeLessThan(2e-5);
    if (auxiliary) expect(differenceFrom(golden.scores.aux, found[auxiliary.output])).toBeLessThan(2e-5);
  });

  it('learns in twelve steps what torchvision has it learn', async () => {
    const losses = await trained(await open(), golden, batchNorm);
    const effect = Math.abs((golden.losses[0] as number) - (golden.losses.at(-1) as number));
    const worst = Math.max(...golden.losses.map((loss, i) => Math.abs(loss - (losses[i] as number))));
    // A hundredth of what training changes; PyTorch's own single precision departs by less than a ten-thousandth of it.
    expect(golden.single / effect).toBeLessThan(1e-4);
    expect(worst / effect).toBeLessThan(0.01);
  });
});

/** The losses before each step, and before the one that would come next. */
async function trained(lesson: SegmentationLesson, golden: DeepLabCase, batchNorm: 'eval' | 'train'): Promise<number[]> {
  const pixels = lessonPixels(golden);
  const count = pixels.images.dims[0] as number;
  const learner = new Learner({
    device: watchedDevice().device,
    ...lesson,
    inputs: pixelInputs('images', pixels),
    task: taskOf('semantic-segmentation'),
    loss: taskOf('semantic-segmentation').defaultLoss,
    train: pixelData(pixels, classes),
    batchSize: count,
    accumulate: 1,
    shuffle: false,
    clip: {},
    seed: 0,
    features: memoryFeatures(1e9),
    maxSkippedShare: 0,
  });
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run([
    {
      name: 'full',
      freeze: { kind: 'none' },
      groups: [],
      length: { steps: golden.losses.length },
      optimizer: descent(golden.rate),
      schedule: { name: 'constant', warmup: 0 },
      batchNorm,
      augment: false,
    },
  ]);
  await learner.close();
  return losses;
}
