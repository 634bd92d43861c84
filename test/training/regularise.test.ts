import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSpec, type SpecInput } from '../../src/app/spec/index.js';
import { train } from '../../src/app/workflow/index.node.js';
import { openSession, type Session } from '../../src/app/workflow/session.node.js';
import type { RegraftError } from '../../src/core/index.js';
import { saveModelFile } from '../../src/engine/graph/index.node.js';
import { writeSafetensorsFile } from '../../src/learning/data/index.node.js';
import type { Snapshot } from '../../src/learning/training/index.node.js';
import { goldenInputs, goldenLabels, goldenModel, readGolden } from '../support/golden.js';
import { drawShapes } from '../support/shapes.js';
import { writeTextBase } from '../support/text-base.js';
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
  await writeTextBase(join(folder, 'text-base'));
  const rows = Array.from({ length: 24 }, (_, i) => ({ text: `the cat ${'a '.repeat(1 + (i % 7))}`, label: i % 2 === 0 ? 'even' : 'odd' }));
  writeFileSync(join(folder, 'texts.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await train({ spec: spec({ ...texts, training: { epochs: 1, batchSize: 8 } }), out: join(folder, 'text-teacher') });
}, 3 * MINUTES);

const images = {
  task: 'image-classification',
  base: { uri: './base.onnx', preprocessing: { size: [32, 32] } },
  data: { train: './shapes', validation: 0.2 },
  recipe: { name: 'full' },
  threads: 1,
  seed: 3,
} as const satisfies SpecInput;

const texts = {
  task: 'text-classification',
  base: './text-base',
  data: { train: './texts.jsonl', validation: 0.2 },
  text: { maxLength: 16 },
  recipe: 'full',
  threads: 1,
  seed: 3,
} as const satisfies SpecInput;

const training = { epochs: 3, batchSize: 8, optimizer: { name: 'adamw', lr: 0.01 }, earlyStopping: { patience: 1, minDelta: 10 } } as const;
const still = { train: ['resize', 'to-tensor'].map((name) => (name === 'resize' ? { name, size: [32, 32] } : name)) };

const tensors = {
  task: 'tensor-classification',
  base: './resnet.onnx',
  data: { train: './resnet.safetensors' },
  recipe: 'full',
  threads: 1,
  seed: 1,
} as const satisfies SpecInput;

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
  'a teacher of texts': { ...texts, training: { ...training, distil: { from: './text-teacher/bundle' } } },
  'features of texts': { ...texts, training: { ...training, regularise: { features: { weight: 1 } } } },
  'unlabelled images': {
    ...images,
    data: { ...images.data, unlabelled: './unlabelled' },
    freeze: { share: 0.4 },
    training: { ...training, epochs: 4, pseudoLabels: { threshold: 0.4, ratio: 2 } },
  },
  'stochastic depth': { ...tensors, training: { steps: 6, batchSize: 4, regularise: { stochasticDepth: 0.5, l2sp: 0.01 } } },
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

async function codeOf(input: SpecInput): Promise<unknown> {
  return withSession(input, async () => undefined).catch((error: RegraftError) => error.code);
}

describe('what cannot be is refused before training', () => {
  const distil = { from: './teacher/bundle' };
  const unlabelled = { ...images, data: { ...images.data, unlabelled: './unlabelled' } };
  it.each<readonly [string, SpecInput, string]>([
    ['a pull where the base does not move', { ...images, recipe: 'linear-probe', training: { regularise: { l2sp: 0.1 } } }, 'REGULARISE_RECIPE'],
    ['a pull to random weights', { ...images, recipe: 'scratch', training: { regularise: { l2sp: 0.1 } } }, 'REGULARISE_RECIPE'],
    ['a pull of an adapter', { ...images, recipe: 'lora', training: { regularise: { l2sp: 0.1 } } }, 'REGULARISE_RECIPE'],
    ['features of random weights', { ...images, recipe: 'scratch', training: { regularise: { features: { weight: 1 } } } }, 'REGULARISE_RECIPE'],
    ['a teacher without steps', { ...images, recipe: 'linear-probe', training: { distil } }, 'REGULARISE_RECIPE'],
    ['unlabelled images without steps', { ...unlabelled, recipe: 'linear-probe' }, 'REGULARISE_RECIPE'],
    ['unlabelled images and a teacher', { ...unlabelled, training: { distil } }, 'REGULARISE_TOGETHER'],
    ['unlabelled images and batch statistics', { ...unlabelled, training: { batchNorm: 'train' } }, 'REGULARISE_TOGETHER'],
    ['unlabelled images beside tensors', { ...tensors, data: { train: './resnet.safetensors', unlabelled: './unlabelled' } }, 'REGULARISE_TASK'],
    ['a head that is kept as the old one', { ...tensors, head: 'keep', training: { regularise: { oldHead: { weight: 1 } } } }, 'REGULARISE_OLD_HEAD'],
    ['a value that is none', { ...images, training: { regularise: { features: { weight: 1, at: ['Relu_9'] } } } }, 'TAP_UNKNOWN'],
    ['a teacher without class names', { ...images, training: { distil: { from: './base.onnx' } } }, 'DISTIL_CLASSES'],
  ])('%s', async (_, input, code) => {
    expect(await codeOf(input)).toBe(code);
  });

  it('a teacher of other classes, naming what differs', async () => {
    renameSync(join(folder, 'others', 'cross'), join(folder, 'others', 'star'));
    const input = { ...images, data: { train: './others' }, training: { distil } };
    await expect(withSession(input, async () => undefined)).rejects.toThrow('it lacks "star"; it has besides "cross"');
  });
});

describe('stochastic depth', () => {
  it('is noted to do nothing where there are no residual blocks', async () => {
    const input = { ...images, training: { regularise: { stochasticDepth: 0.2 } } };
    expect(await withSession(input, async ({ notes }) => notes)).toEqual([expect.stringContaining('no residual blocks')]);
    expect(await withSession({ ...tensors, training: input.training }, async ({ notes }) => notes)).toEqual([]);
  });
});

it('the teacher’s classes are put in the order of the data', async () => {
  const alike = {
    train: [
      { name: 'resize', size: [40, 40] },
      { name: 'to-tensor', range: [-1, 1] },
    ],
  };
  const learning = { epochs: 1, batchSize: 24, distil: { from: './teacher/bundle', weight: 1 } };
  const itself = { ...images, base: './teacher/bundle', head: 'keep', transforms: alike, training: learning } as const;
  // A model that learns from itself has nothing to learn: rounding alone is left.
  expect((await trained(itself)).losses[0]).toBeCloseTo(0, 6);
  const turned = { ...images.data, labels: ['square', 'cross', 'circle'] };
  expect((await trained({ ...itself, data: turned })).losses[0]).toBeGreaterThan(1e-4);
});

it('a teacher sees the same part of an image, changed alike, in every epoch', async () => {
  const learning = { epochs: 2, batchSize: 24, optimizer: { name: 'sgd', lr: 1e-9 }, distil: { from: './teacher/bundle', weight: 1 } } as const;
  const { losses } = await trained({ ...images, base: './teacher/bundle', head: 'keep', training: learning });
  // A model that learns from itself: rounding alone is left, of a loss that is above 1e-4 for another view.
  for (const loss of losses) expect(loss).toBeCloseTo(0, 6);
  expect(losses).toHaveLength(2);
});
