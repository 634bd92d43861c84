import { expect, it } from 'vitest';
import { RegraftError } from '../../core/index.js';
import { parseSpecDocument } from './document.js';
import { override } from './overrides.js';
import { resolveDocument, resolveSpec } from './resolve.js';
import type { RunSpec } from './schema.js';

const minimal = 'task: image-classification\nbase: npm:nsfwjs@4.3.0/dist/models/mobilenet_v2\ndata:\n  train: ./photos/train\n';

function resolve(text: string, ...overrides: string[]): RunSpec {
  return resolveDocument(override(parseSpecDocument(text, 'run.yaml', '/project/runs'), overrides));
}

function errorOf(text: string, ...overrides: string[]): string {
  try {
    resolve(text, ...overrides);
  } catch (error) {
    if (error instanceof RegraftError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'no error';
}

it('makes every default explicit', () => {
  expect(resolve(minimal)).toMatchInlineSnapshot(`
    {
      "base": {
        "uri": "npm:nsfwjs@4.3.0/dist/models/mobilenet_v2",
      },
      "data": {
        "columns": {},
        "decode": {
          "alpha": [
            255,
            255,
            255,
          ],
          "maxPixels": 100000000,
        },
        "maxSkippedShare": 0.2,
        "test": false,
        "train": "/project/runs/photos/train",
        "validation": false,
      },
      "device": "auto",
      "freeze": "none",
      "groups": [],
      "head": {
        "dropout": 0,
        "name": "auto",
      },
      "recipe": {
        "baseRate": 0.1,
        "headShare": 0.2,
        "layerDecay": 1,
        "name": "fine-tune",
        "start": "auto",
        "unfreeze": "all",
      },
      "seed": 42,
      "taps": "last",
      "task": "image-classification",
      "text": {
        "lossOn": "all",
        "maxLength": "auto",
        "overflow": "cut",
        "pooling": "auto",
        "stride": "auto",
      },
      "threads": "auto",
      "training": {
        "accumulate": 1,
        "average": {
          "name": "none",
        },
        "batchNorm": "eval",
        "batchSize": 32,
        "checkpoint": {
          "every": "epoch",
          "keep": 1,
        },
        "checkpointActivations": false,
        "clip": false,
        "earlyStopping": false,
        "epochs": 5,
        "keep": "last",
        "loss": {
          "name": "auto",
        },
        "mix": {
          "name": "none",
        },
        "optimizer": {
          "betas": [
            0.9,
            0.999,
          ],
          "eps": 1e-8,
          "lr": 0.001,
          "name": "adamw",
          "weightDecay": 0.01,
        },
        "prefixCache": {
          "budget": 4000000000,
          "views": 1,
        },
        "progressive": [],
        "pseudoLabels": {
          "ratio": 1,
          "threshold": 0.95,
          "weight": 1,
        },
        "regularise": {},
        "sampler": "shuffle",
        "schedule": {
          "endFactor": 0,
          "name": "cosine",
          "warmup": 0,
        },
        "shuffle": true,
      },
      "transforms": {
        "augment": "auto",
      },
    }
  `);
});

it('reads the example of the design, names and objects alike', () => {
  const spec = resolve(`
task: image-classification
base: { uri: ./base.onnx, preprocessing: { size: [64, 64], range: [-1, 1] } }
data: { train: ../photos/train, validation: 0.2, test: /data/test }
recipe: linear-probe
head: { name: mlp, hidden: [256], dropout: 0.2 }
taps: [block_6, block_13]
freeze: { until: block_13 }
groups: [{ match: "^layer4", lr: 1e-4, weightDecay: 0 }]
transforms: { train: [horizontal-flip, to-tensor] }
training: { epochs: 5, batchSize: 32, optimizer: { lr: 3e-4 }, schedule: one-cycle, batchNorm: eval, prefixCache: { budget: 500MB } }
seed: 7
`);
  expect(spec.base.uri).toBe('/project/runs/base.onnx');
  expect(spec.base.preprocessing).toEqual({ size: [64, 64], range: [-1, 1] });
  expect(spec.data).toMatchObject({ train: '/project/photos/train', validation: 0.2, test: '/data/test' });
  expect(spec.head).toEqual({ name: 'mlp', hidden: [256], dropout: 0.2 });
  expect(spec.freeze).toEqual({ until: 'block_13' });
  expect(spec.groups).toEqual([{ match: '^layer4', lr: 1e-4, weightDecay: 0, frozen: false }]);
  expect(spec.training.optimizer).toEqual({ name: 'adamw', lr: 3e-4, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.01 });
  expect(spec.training.prefixCache).toEqual({ budget: 500_000_000, views: 1 });
});

it('is a fixed point: a resolved spec resolves to itself', () => {
  const spec = resolve(`${minimal}freeze: ^features\ntraining: { steps: 8, optimizer: sgd, clip: { norm: 1 } }\n`);
  expect(resolveSpec(JSON.parse(JSON.stringify(spec)), { specDir: '/elsewhere' })).toEqual(spec);
});

it('has rates that fall by layer instead of a slower base', () => {
  expect(resolve(`${minimal}recipe: { layerDecay: 0.9 }`).recipe).toMatchObject({ baseRate: 1, layerDecay: 0.9 });
  expect(resolve(`${minimal}recipe: { layerDecay: 0.9, baseRate: 0.5 }`).recipe).toMatchObject({ baseRate: 0.5, layerDecay: 0.9 });
});

it('takes several patterns for a group', () => {
  expect(resolve(`${minimal}groups: [{ match: ['bias$', norm], weightDecay: 0 }]`).groups).toEqual([
    { match: ['bias$', 'norm'], weightDecay: 0, frozen: false },
  ]);
});

it('takes shorthands for freezing', () => {
  expect(resolve(`${minimal}freeze: ^features`).freeze).toEqual({ match: '^features' });
  expect(resolve(`${minimal}freeze: 0.5`).freeze).toEqual({ share: 0.5 });
  expect(resolve(`${minimal}freeze: all`).freeze).toBe('all');
});

it('knows epochs or steps, and 5 epochs when neither is given', () => {
  expect(resolve(minimal).training).toMatchObject({ epochs: 5 });
  expect(resolve(`${minimal}training: { steps: 8 }`).training).not.toHaveProperty('epochs');
});

it('lets overrides replace parts, typed as YAML', () => {
  const spec = resolve(
    `${minimal}training: { optimizer: sgd }`,
    'training.optimizer.momentum=0.9',
    'training.epochs=3',
    'groups=[{ match: head }]',
    'groups.0.lr=1e-2',
    'data.validation=none',
  );
  expect(spec.training).toMatchObject({ epochs: 3, optimizer: { name: 'sgd', momentum: 0.9 } });
  expect(spec.groups).toEqual([{ match: 'head', lr: 0.01, frozen: false }]);
  expect(spec.data.validation).toBe(false);
});

it.each([
  [`${minimal}traning: { epochs: 3 }`, 'SPEC_UNKNOWN_KEY run.yaml, line 5: unknown key "traning" in the spec. Did you mean "training"?'],
  [
    `${minimal}training:\n  epochs: 3\n  optimiser: sgd`,
    'SPEC_UNKNOWN_KEY run.yaml, line 7: unknown key "optimiser" in training. Did you mean "optimizer"?',
  ],
  [
    `${minimal}training:\n  optimizer:\n    name: sgd\n    beta: 1`,
    'SPEC_UNKNOWN_KEY run.yaml, line 8: unknown key "beta" in training.optimizer. It takes name, lr, momentum, nesterov, weightDecay.',
  ],
  [`${minimal}training: { clip: { nrom: 1 } }`, 'SPEC_UNKNOWN_KEY run.yaml, line 5: unknown key "nrom" in training.clip. Did you mean "norm"?'],
  [
    `${minimal}groups:\n  - match: a\n  - match: b\n    lrr: 1`,
    'SPEC_UNKNOWN_KEY run.yaml, line 8: unknown key "lrr" in groups[1]. Did you mean "lr"?',
  ],
  [
    `${minimal}training:\n  optimizer: sdg`,
    'SPEC_INVALID run.yaml, line 6: training.optimizer is "sdg"; expected one of sgd, adam, adamw, lion, rmsprop. Did you mean "sgd"?',
  ],
  [`${minimal}training:\n  batchSize: many`, 'SPEC_INVALID run.yaml, line 6: training.batchSize is "many"; expected a number.'],
  [`${minimal}training:\n  batchSize: 0`, 'SPEC_INVALID run.yaml, line 6: training.batchSize is 0; expected a number of at least 1.'],
  [`${minimal}training: { epochs: 1, steps: 2 }`, 'SPEC_INVALID run.yaml, line 5: training.steps is 2; training takes epochs or steps, not both.'],
  [`${minimal}seed: 1.5`, 'SPEC_INVALID run.yaml, line 5: seed is 1.5; expected a whole number.'],
  ['task: image-clasification', 'SPEC_INVALID run.yaml, line 1: task is "image-clasification"; expected one of image-classification, '],
  ['task: image-clasification', '. Did you mean "image-classification"?'],
  ['task: image-classification\nbase: x\ndata:\n  validation: 0.2', 'SPEC_INVALID run.yaml, line 3: data.train is missing; expected a text.'],
  [`${minimal}  validation: 1.5`, 'SPEC_INVALID run.yaml, line 5: data.validation is 1.5; expected a number below 1.'],
  [`${minimal}  validation: true`, 'SPEC_INVALID run.yaml, line 5: data.validation is true; expected false or a number or a text.'],
  [`${minimal}taps: [a]\nhead: keep`, 'SPEC_INVALID run.yaml, line 5: taps is ["a"]; a head that is kept has no taps.'],
  [
    `${minimal}transforms:\n  train:\n    - { name: resize, size: 3, mood: 1 }`,
    'SPEC_UNKNOWN_KEY run.yaml, line 7: unknown key "mood" in transforms.train[0].',
  ],
  [`${minimal}task: again`, 'SPEC_SYNTAX run.yaml, line 5: this is not YAML: Map keys must be unique.'],
  ['- 1', 'SPEC_INVALID run.yaml: the spec is [1]; expected a mapping.'],
  ['', 'SPEC_INVALID run.yaml: the spec is null; expected a mapping.'],
])('explains what is wrong in %j', (text, message) => {
  expect(errorOf(text)).toContain(message);
});

it.each([
  ['training.epoch=3', 'SPEC_UNKNOWN_KEY --set training.epoch=3: unknown key "epoch" in training. Did you mean "epochs"?'],
  ['training.epochs=few', 'SPEC_INVALID --set training.epochs=few: training.epochs is "few"; expected auto or a number.'],
  ['epochs', 'SPEC_OVERRIDE --set epochs: it is not of the form key.key=value.'],
  ['a.=3', 'SPEC_OVERRIDE --set a.=3: it is not of the form key.key=value.'],
  ['seed=[1', 'SPEC_OVERRIDE --set seed=[1: '],
])('explains what is wrong with the override %s', (text, message) => {
  expect(errorOf(minimal, text)).toContain(message);
});

it('says how masks are read, and where they lie', () => {
  const masks = '  masks: { path: ./drawn, colours: { road: [128, 64, 128], sky: [70, 130, 180] }, ignore: [[0, 0, 0]] }\n';
  expect(resolve(minimal + masks).data.masks).toEqual({
    kind: 'auto',
    path: '/project/runs/drawn',
    colours: { road: [128, 64, 128], sky: [70, 130, 180] },
    ignore: [[0, 0, 0]],
    threshold: 128,
  });
  expect(resolve(`${minimal}  masks: { kind: alpha }\n`).data.masks).toMatchObject({ kind: 'alpha', ignore: [255] });
  expect(resolve(minimal).data).not.toHaveProperty('masks');
  expect(errorOf(`${minimal}  masks: { kind: colors }\n`)).toContain('colours');
  expect(errorOf(`${minimal}  masks: { ignore: [-1] }\n`)).toContain('data.masks.ignore');
});

it.each([
  ['transforms.augment=strong', 'transforms.train=["to-tensor"]', 'transforms.augment'],
  ['training.sampler=balanced', 'training.shuffle=false', 'training.sampler'],
  ['training.mix=mixup', 'training.progressive=[{share: 0.6, size: 9}, {share: 0.5, size: 12}]', 'training.progressive'],
])('refuses %s with %s', (one, other, place) => {
  expect(errorOf(minimal, one, other)).toContain(place);
  expect(errorOf(minimal, one)).toBe('no error');
});
