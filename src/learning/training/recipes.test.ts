import { describe, expect, it } from 'vitest';
import { tinyBase } from '../../../test/support/tiny-base.js';
import { defaultBaseRate } from './by-layer.js';
import { planTraining } from './groups.js';
import { isProbe, type Phase } from './phase.js';
import { phasesOf, type RecipeInputs, type RecipeSpec } from './recipes.js';
import { unfolded } from './unfreeze.js';

const HEAD = ['fc.weight', 'fc.bias'];
const model = tinyBase();

const inputs: RecipeInputs = {
  head: HEAD,
  freeze: { kind: 'none' },
  groups: [],
  length: { epochs: 10 },
  optimizer: { name: 'sgd', lr: 0.1, momentum: 0, nesterov: false, weightDecay: 0.5 },
  schedule: { name: 'constant', warmup: 0 },
  batchNorm: 'train',
};

function stepPhases(recipe: RecipeSpec, changes: Partial<RecipeInputs> = {}): Phase[] {
  return phasesOf(recipe, { ...inputs, ...changes }).filter((phase): phase is Phase => !isProbe(phase));
}

/** What each phase trains: parameter → [rate, decay]. */
function plans(recipe: RecipeSpec, changes: Partial<RecipeInputs> = {}): Record<string, readonly [number | undefined, number]>[] {
  return stepPhases(recipe, changes).map((phase) => {
    const { trainable, rates } = planTraining(model, phase);
    return Object.fromEntries(trainable.map(({ name, group, weightDecay }) => [name, [rates[group], weightDecay] as const]));
  });
}

const fineTune = { name: 'fine-tune', start: 'steps', headShare: 0.2, baseRate: 0.1 } as const;

describe('the phases of a recipe', () => {
  it('full and scratch train everything', () => {
    for (const name of ['full', 'scratch'] as const) {
      const [plan = {}] = plans({ name });
      expect(Object.keys(plan)).toHaveLength(11);
      expect(new Set(Object.values(plan).map(String))).toEqual(new Set(['0.1,0.5']));
    }
  });

  it('setfit trains the base on its features, then the head as a probe', () => {
    const setfit = { name: 'setfit', temperature: 0.2, baseRate: 0.1, folds: 3 } as const;
    expect(phasesOf(setfit, { ...inputs, earlyStopping: { metric: 'loss', patience: 1, minDelta: 0 } })).toMatchObject([
      { name: 'contrast', objective: { name: 'supervised-contrastive', temperature: 0.2 }, length: { epochs: 10 }, augment: true },
      { name: 'probe', folds: 3 },
    ]);
    expect(stepPhases(setfit)[0]).not.toHaveProperty('earlyStopping');
    const [plan = {}] = plans(setfit);
    expect(Object.keys(plan)).toHaveLength(9);
    expect(plan).not.toHaveProperty('fc.weight');
    expect(plan['block1.conv.weight']).toEqual([0.1 * 0.1, 0.5]);
  });

  it('feature extraction trains the head, on images as for training', () => {
    const [phase] = stepPhases({ name: 'feature-extraction' });
    expect(phase).toMatchObject({ length: { epochs: 10 }, augment: true, batchNorm: 'eval' });
    expect(plans({ name: 'feature-extraction' })).toEqual([{ 'fc.weight': [0.1, 0.5], 'fc.bias': [0.1, 0.5] }]);
  });

  it('fine-tuning trains the head, then everything, the base more slowly', () => {
    expect(stepPhases(fineTune)).toMatchObject([
      { name: 'head', length: { epochs: 2 }, augment: false, batchNorm: 'eval' },
      { name: 'base', length: { epochs: 8 }, augment: true, batchNorm: 'train' },
    ]);
    const [head = {}, base = {}] = plans(fineTune);
    expect(Object.keys(head)).toEqual(HEAD);
    expect(base['fc.weight']).toEqual([0.1, 0.5]);
    expect(base['block1.conv.weight']).toEqual([0.1 * 0.1, 0.5]);
  });

  it('fine-tuning begins with a probe where the head is linear', () => {
    const phases = phasesOf({ ...fineTune, start: 'auto' }, inputs);
    expect(phases.map(({ name }) => name)).toEqual(['probe', 'base']);
    expect(phases[1]).toMatchObject({ length: { epochs: 10 } });
    const deep = phasesOf({ ...fineTune, start: 'auto' }, { ...inputs, head: [...HEAD, 'more.weight', 'more.bias'] });
    expect(deep.map(({ name }) => name)).toEqual(['head', 'base']);
  });

  it('fine-tuning a model that keeps its head is one phase at the full rate', () => {
    const [plan = {}, ...others] = plans(fineTune, { head: [] });
    expect(others).toEqual([]);
    expect(plan['block0.conv.weight']).toEqual([0.1, 0.5]);
  });

  it('a phase has a step at least', () => {
    expect(stepPhases({ ...fineTune, headShare: 0.01 }, { length: { steps: 9 } }).map(({ length }) => length)).toEqual([{ steps: 1 }, { steps: 8 }]);
    expect(stepPhases(fineTune, { length: { epochs: 1 } }).map(({ length }) => length)).toEqual([{ epochs: 1 }]);
  });
});

describe('rates that fall from block to block', () => {
  it('count from the head', () => {
    const [, base = {}] = plans({ ...fineTune, baseRate: 1, layerDecay: 0.5 });
    expect(base['fc.bias']).toEqual([0.1, 0.5]);
    expect(base['block2.conv.weight']).toEqual([0.1 * 0.5, 0.5]);
    expect(base['block1.norm.scale']).toEqual([0.1 * 0.25, 0.5]);
    expect(base['block0.conv.weight']).toEqual([0.1 * 0.125, 0.5]);
  });

  it('fall further from a slower base, and give way to the rate of a group', () => {
    const [, base = {}] = plans({ ...fineTune, layerDecay: 0.5 }, { groups: [{ match: '^block1', lr: 0.7 }] });
    expect(base['block2.conv.weight']).toEqual([0.1 * (0.1 * 0.5), 0.5]);
    expect(base['block1.conv.weight']).toEqual([0.7, 0.5]);
  });

  it('count from the last block where the model keeps its head, whatever is frozen', () => {
    const [plan = {}] = plans({ ...fineTune, layerDecay: 0.5 }, { head: [], freeze: { kind: 'match', pattern: 'block2' } });
    expect(plan['fc.weight']).toEqual([0.1, 0.5]);
    expect(plan['block1.conv.weight']).toEqual([0.1 * 0.25, 0.5]);
  });

  it('take the place of the slower base by default', () => {
    expect(defaultBaseRate({})).toBe(0.1);
    expect(defaultBaseRate({ layerDecay: 0.9 })).toBe(1);
  });
});

describe('gradual unfreezing', () => {
  const gradual = { ...fineTune, unfreeze: 'gradual' } as const;
  const unfoldedPhases = (changes: Partial<RecipeInputs> = {}): Phase[] => stepPhases(gradual, changes).flatMap((phase) => unfolded(phase, model));
  const blocksOf = (phase: Phase): string => [...new Set(planTraining(model, phase).trainable.map(({ name }) => name.split('.')[0]))].join(' ');

  it('adds a block of the base from phase to phase, an epoch each, and gives the last phase what is left', () => {
    const phases = unfoldedPhases();
    expect(phases.map(({ name, length }) => [name, length])).toEqual([
      ['head', { epochs: 2 }],
      ['base 1/3', { epochs: 1 }],
      ['base 2/3', { epochs: 1 }],
      ['base 3/3', { epochs: 6 }],
    ]);
    expect(phases.map(blocksOf)).toEqual(['fc', 'block2 fc', 'block1 block2 fc', 'block0 block1 block2 fc']);
    expect(phases.slice(1)).toMatchObject([{ slow: { factor: 0.1 } }, { batchNorm: 'train' }, { augment: true }]);
  });

  it('takes all remaining blocks into the last epoch there is', () => {
    const phases = unfoldedPhases({ length: { epochs: 3 } });
    expect(phases.map(blocksOf)).toEqual(['fc', 'block2 fc', 'block0 block1 block2 fc']);
    expect(unfoldedPhases({ length: { epochs: 1 } }).map(blocksOf)).toEqual(['block0 block1 block2 fc']);
  });

  it('divides steps evenly', () => {
    expect(unfoldedPhases({ length: { steps: 11 }, head: [] }).map(({ length }) => length)).toEqual([
      { steps: 2 },
      { steps: 2 },
      { steps: 2 },
      { steps: 5 },
    ]);
  });

  it('passes over blocks that stay frozen', () => {
    const phases = unfoldedPhases({ freeze: { kind: 'until', name: 'block0' }, groups: [{ match: '^block1', frozen: true }] });
    expect(phases.map(blocksOf)).toEqual(['fc', 'block2 fc']);
    expect(phases[1]).toMatchObject({ name: 'base 1/1', length: { epochs: 8 } });
  });
});

describe('freezing', () => {
  const all = Object.keys(plans({ name: 'full' })[0] ?? {});
  const trained = (freeze: RecipeInputs['freeze']): string[] => Object.keys(plans({ name: 'full' }, { freeze })[0] ?? {});

  it('until a layer', () => {
    expect(trained({ kind: 'until', name: 'block1' })).toEqual(all.filter((name) => !/^block[01]/.test(name)));
  });

  it('by name', () => {
    expect(trained({ kind: 'match', pattern: 'norm' })).toEqual(all.filter((name) => !name.includes('norm')));
  });

  it('by a share of the depth', () => {
    expect(trained({ kind: 'share', share: 0.5 })).toEqual(all.slice(6));
  });

  it('of everything leaves nothing to train', () => {
    expect(() => trained({ kind: 'all' })).toThrow(/Nothing is left to train/);
    expect(() => trained({ kind: 'until', name: 'nowhere' })).toThrow(/"nowhere"/);
  });
});

describe('groups', () => {
  it('the first that matches holds a parameter', () => {
    const groups = [
      { match: '^block0', frozen: true },
      { match: 'norm', lr: 0.3, weightDecay: 0 },
      { match: 'conv', lr: 0.2 },
    ];
    const [plan = {}] = plans({ name: 'full' }, { groups });
    expect(plan).not.toHaveProperty(['block0.conv.weight']);
    expect(plan['block1.norm.scale']).toEqual([0.3, 0]);
    expect(plan['block1.conv.weight']).toEqual([0.2, 0.5]);
    expect(plan['fc.bias']).toEqual([0.1, 0.5]);
  });

  it('without a rate of their own leave that of the recipe', () => {
    const groups = [{ match: '.*', weightDecay: 0 }];
    const [head = {}, base = {}] = plans(fineTune, { groups });
    expect(head['fc.bias']).toEqual([0.1, 0]);
    expect(base['fc.bias']).toEqual([0.1, 0]);
    expect(base['block2.conv.weight']).toEqual([0.1 * 0.1, 0]);
  });

  it('for the base alone do not disturb the training of the head', () => {
    const [head = {}, base = {}] = plans(fineTune, { groups: [{ match: '^block', lr: 0.7 }] });
    expect(Object.keys(head)).toEqual(HEAD);
    expect(base['block0.conv.weight']).toEqual([0.7, 0.5]);
  });

  it('may have several patterns, each of which must match something', () => {
    const [plan = {}] = plans({ name: 'full' }, { groups: [{ match: ['bias$', 'norm'], weightDecay: 0 }] });
    expect(plan['fc.bias']).toEqual([0.1, 0]);
    expect(plan['block0.norm.shift']).toEqual([0.1, 0]);
    expect(plan['fc.weight']).toEqual([0.1, 0.5]);
    expect(() => plans({ name: 'full' }, { groups: [{ match: ['bias$', 'LayerNorm'] }] })).toThrow(/LayerNorm/);
    expect(() => plans({ name: 'full' }, { groups: [{ match: 'fc' }, { match: ['bias$'] }] })).toThrow(/bias\$/);
  });

  it('that match nothing are shown what is near, and so is what shall be frozen', () => {
    expect(() => plans({ name: 'full' }, { groups: [{ match: '^blok1\\.' }] })).toThrow(/Did you mean block1\?/);
    expect(() => plans({ name: 'full' }, { freeze: { kind: 'until', name: 'blok2' } })).toThrow(/Did you mean block2\?/);
    expect(() => plans({ name: 'full' }, { freeze: { kind: 'match', pattern: '^block1.conv.wieght$' } })).toThrow(
      /Did you mean block1\.conv\.weight\?/,
    );
  });

  it('must match something', () => {
    expect(() => plans({ name: 'full' }, { groups: [{ match: '^layer9' }] })).toThrow(/\^layer9/);
    expect(() => plans({ name: 'full' }, { groups: [{ match: '(' }] })).toThrow(/regular expression/);
  });
});
