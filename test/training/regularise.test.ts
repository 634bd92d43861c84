import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/index.node.js';
import { openSession, type Session } from '../../src/app/workflow/session.node.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import type { Snapshot } from '../../src/learning/training/index.node.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from '../support/golden.js';
import { drawShapes } from '../support/shapes.js';
import { tinyBase } from '../support/tiny-base.js';

const MINUTES = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'regraft-regularise-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  await drawShapes(join(folder, 'shapes'), 10);
  await drawShapes(join(folder, 'others'), 6, 1);
  mkdirSync(join(folder, 'unlabelled'));
  for (const label of readdirSync(join(folder, 'others')))
    for (const file of readdirSync(join(folder, 'others', label)))
      copyFileSync(join(folder, 'others', label, file), join(folder, 'unlabelled', `${label}-${file}`));
  await saveModelFile(join(folder, 'base.onnx'), tinyBase());
  await saveModelFile(join(folder, 'larger.onnx'), tinyBase(5, 40));
  const golden = readGolden('resnet-tiny-dynamic');
  await saveModelFile(join(folder, 'resnet.onnx'), goldenModel(golden));
  const labels = { type: 'int64' as const, dims: [goldenLabels(golden).length], data: BigInt64Array.from(goldenLabels(golden) as number[], BigInt) };
  await writeSafetensorsFile(join(folder, 'resnet.safetensors'), Object.entries({ ...goldenInputs(golden), labels }));
  // Of another size and in other numbers than those of the model that learns from it.
  await train({
    spec: spec({
      ...images,
      base: { uri: './larger.onnx', preprocessing: { size: [40, 40], range: [-1, 1] } },
      recipe: 'full',
      training: { epochs: 2, batchSize: 8 },
    }),
    out: join(folder, 'teacher'),
  });
}, 3 * MINUTES);

const images = {
  task: 'image-classification',
  base: { uri: './base.onnx', preprocessing: { size: [32, 32] } },
  data: { train: './shapes', validation: 0.2 },
  recipe: { name: 'full' },
  threads: 1,
  seed: 3,
} as const satisfies SpecInput;

const training = { epochs: 3, batchSize: 8, optimizer: { name: 'adamw', lr: 0.01 }, earlyStopping: { patience: 1, minDelta: 10 } } as const;
const still = { train: ['resize', 'to-tensor'].map((name) => (name === 'resize' ? { name, size: [32, 32] } : name)) };

const specs: Readonly<Record<string, SpecInput>> = {
  'L2-SP, on statistics of the new data': { ...images, training: { ...training, batchNorm: 'adapt', regularise: { l2sp: 0.1 } } },
  'features at several values, of images that change': {
    ...images,
    training: { ...training, regularise: { features: { weight: 1, at: ['Conv_1', 'Relu_2'] } } },
  },
  'features, kept': {
    ...images,
    transforms: still,
    recipe: { name: 'fine-tune' },
    training: { ...training, regularise: { features: { weight: 1 } } },
  },
  'the old head': { ...images, training: { ...training, accumulate: 2, regularise: { oldHead: { weight: 1 } } } },
  'a teacher of another size': { ...images, training: { ...training, distil: { from: './teacher/bundle' } } },
  'a teacher, asked once': { ...images, transforms: still, training: { ...training, distil: { from: './teacher/bundle', weight: 1 } } },
  'unlabelled images': {
    ...images,
    data: { ...images.data, unlabelled: './unlabelled' },
    freeze: { share: 0.4 },
    training: { ...training, epochs: 4, pseudoLabels: { threshold: 0.4, ratio: 2 } },
  },
  'stochastic depth': {
    task: 'tensor-classification',
    base: './resnet.onnx',
    data: { train: './resnet.safetensors' },
    recipe: 'full',
    training: { steps: 6, batchSize: 4, regularise: { stochasticDepth: 0.5, l2sp: 0.01 } },
    threads: 1,
    seed: 1,
  },
};

function spec(input: SpecInput) {
  return resolveSpec(input, { specDir: folder });
}

async function withSession<T>(input: SpecInput, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(spec(input), join(folder, 'scratch'));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Losses of a run, or of what is left of it, and the weights it ends with; the snapshot after its second step. */
async function trained(input: SpecInput, from?: Snapshot) {
  return withSession(input, async ({ learner, phases }) => {
    const losses: number[] = [];
    const saved: Snapshot[] = [];
    learner.events.on('step', ({ loss }) => losses.push(loss));
    const isDue = ({ total }: { readonly total: number }, at: string): boolean => at === 'step' && total === 2;
    const save = async (snapshot: Snapshot): Promise<void> => void saved.push(snapshot);
    await learner.run(phases, { ...(from && { from }), checkpoint: { isDue, save } });
    return { losses, weights: learner.export().graph.initializers, snapshot: saved[0] };
  });
}

describe('a run that goes on from a checkpoint equals an unbroken one, bit for bit', () => {
  it.each(Object.entries(specs))('%s', { timeout: MINUTES }, async (_, input) => {
    const whole = await trained(input);
    expect(whole.losses.length).toBeGreaterThan(3);
    const rest = await trained(input, whole.snapshot);
    expect(rest.losses).toEqual(whole.losses.slice(2));
    expect(rest.weights).toEqual(whole.weights);
  });
});
