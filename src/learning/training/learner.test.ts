import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { node } from '../../../test/support/graph.js';
import { goldenData, goldenLearner, wholePhase } from '../../../test/support/learner.js';
import { float32, type Tensor, toNumbers } from '../../core/index.js';
import type { Model, ValueInfo } from '../../engine/graph/index.js';
import { subset } from '../data/index.js';
import { memoryFeatures, type OpenFeatureStore } from './feature-store.js';
import { diskFeatures } from './feature-store.node.js';
import type { Learner } from './learner.js';
import type { Snapshot } from './learner-spec.js';
import type { Phase } from './phase.js';
import { unfolded } from './unfreeze.js';

const folder = mkdtempSync(join(tmpdir(), 'regraft-learner-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const learnerOf = goldenLearner;
const dataOf = goldenData;
const phase = wholePhase;

async function lossesOf(learner: Learner, ...phases: readonly Phase[]): Promise<number[]> {
  const losses: number[] = [];
  learner.events.on('step', ({ loss }) => losses.push(loss));
  await learner.run(phases);
  return losses;
}

describe('features of the frozen part', () => {
  const stores: readonly (readonly [string, OpenFeatureStore])[] = [
    ['in memory', memoryFeatures(1e9)],
    ['on disk', diskFeatures(join(folder, 'features'), { memory: 0, disk: 1e9 })],
  ];
  const halves = [
    ['mlp', { kind: 'share', share: 0.5 }],
    ['resnet-tiny', { kind: 'share', share: 0.9 }],
    ['bert-like', { kind: 'share', share: 0.7 }],
  ] as const;
  it.each(stores.flatMap(([place, store]) => halves.map(([name, freeze]) => [place, name, freeze, store] as const)))(
    'kept %s give the losses that computing them anew gives: %s',
    async (_, name, freeze, features) => {
      const live = await lossesOf(learnerOf(name, { features: async () => undefined }), { ...phase, freeze });
      let computed = 0;
      const kept = learnerOf(name, { features });
      kept.events.on('features', ({ done }) => {
        computed = done;
      });
      const losses = await lossesOf(kept, { ...phase, freeze });
      expect(computed).toBe(16);
      // A sample may have another place in its batch while features are computed: float rounding.
      for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(live[i] as number, 5);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('are computed anew where they do not fit the budget', async () => {
    const learner = learnerOf('mlp', { features: diskFeatures(join(folder, 'features'), { memory: 10, disk: 10 }) });
    let computed = 0;
    learner.events.on('features', () => computed++);
    expect(await lossesOf(learner, { ...phase, freeze: { kind: 'share', share: 0.5 } })).toHaveLength(12);
    expect(computed).toBe(0);
  });
});

describe('a signal while features are computed', () => {
  const phases = [
    { ...phase, length: { epochs: 1 } },
    { ...phase, freeze: { kind: 'share', share: 0.5 } as const },
  ];

  it('ends the run after that batch, to go on with as if nothing had been', async () => {
    const unbroken = learnerOf('mlp');
    const losses = await lossesOf(unbroken, ...phases);
    const learner = learnerOf('mlp', { features: diskFeatures(join(folder, 'features'), { memory: 0, disk: 1e9 }) });
    const stop = new AbortController();
    const told: unknown[] = [];
    learner.events.on('features', ({ done }) => {
      told.push(done);
      stop.abort();
    });
    learner.events.on('stopped', ({ step, reason }) => told.push([step, reason]));
    const saved: Snapshot[] = [];
    const save = async (snapshot: Snapshot): Promise<void> => {
      saved.push(snapshot);
    };
    const { done } = await learner.run(phases, { signal: stop.signal, checkpoint: { isDue: () => false, save } });
    expect({ done, told }).toEqual({ done: false, told: [4, [4, 'asked']] });
    expect(readdirSync(folder)).toEqual([]);
    const resumed = learnerOf('mlp');
    const rest: number[] = [];
    resumed.events.on('step', ({ loss }) => rest.push(loss));
    await resumed.run(phases, { from: saved[0] as Snapshot });
    expect(rest).toEqual(losses.slice(4));
    expect(resumed.export().graph.initializers).toEqual(unbroken.export().graph.initializers);
  });
});

describe('early stopping', () => {
  const stopping = {
    ...phase,
    length: { epochs: 40 },
    optimizer: { ...phase.optimizer, lr: 0.5 },
    earlyStopping: { metric: 'loss', patience: 2, minDelta: 0 },
  };

  it('ends the phase and restores the weights of the best evaluation', async () => {
    const validation = subset(dataOf('mlp'), [0, 3, 6, 9]);
    const learner = learnerOf('mlp', { validation });
    const evaluated: number[] = [];
    let stopped = 0;
    learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
    learner.events.on('stopped', ({ step }) => {
      stopped = step;
    });
    const { progress } = await learner.run([stopping]);
    expect(evaluated.length).toBeLessThan(40);
    expect(stopped).toBe(progress.total);
    expect(evaluated.indexOf(Math.min(...evaluated))).toBe(evaluated.length - 3);
    const { metrics } = await learner.evaluate(validation);
    expect(metrics['loss']).toBeCloseTo(Math.min(...evaluated), 5);
  });

  it('keeps the last weights where that is asked for', async () => {
    const validation = subset(dataOf('mlp'), [0, 3, 6, 9]);
    const learner = learnerOf('mlp', { validation });
    const evaluated: number[] = [];
    learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
    await learner.run([{ ...stopping, keep: 'last' }]);
    expect(evaluated.length).toBeLessThan(40);
    expect((await learner.evaluate(validation)).metrics['loss']).toBeCloseTo(evaluated.at(-1) as number, 5);
    expect(evaluated.at(-1)).toBeGreaterThan(Math.min(...evaluated));
  });

  it('is not needed to keep the best weights', async () => {
    const validation = subset(dataOf('mlp'), [0, 3, 6, 9]);
    const learner = learnerOf('mlp', { validation });
    const [evaluated, told] = [[] as number[], [] as unknown[]];
    learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
    learner.events.on('kept', (event) => told.push(event));
    learner.events.on('stopped', (event) => told.push(event));
    const { earlyStopping: _, ...whole } = stopping;
    await learner.run([{ ...whole, length: { epochs: 8 }, keep: { best: 'loss' } }]);
    const best = Math.min(...evaluated);
    expect(evaluated).toHaveLength(8);
    expect(evaluated.at(-1)).toBeGreaterThan(best);
    expect((await learner.evaluate(validation)).metrics['loss']).toBeCloseTo(best, 5);
    expect(told).toEqual([{ step: 4 * (evaluated.indexOf(best) + 1), metric: 'loss', value: best }]);
  });

  it('evaluates more samples than a batch of training has', async () => {
    const learner = learnerOf('mlp', { train: subset(dataOf('mlp'), [0, 1, 2]), validation: dataOf('mlp'), batchSize: 32 });
    const evaluated: number[] = [];
    learner.events.on('evaluation', ({ metrics }) => evaluated.push(metrics['loss'] as number));
    await learner.run([{ ...phase, length: { epochs: 1 } }]);
    expect(evaluated[0]).toBeCloseTo((await learner.evaluate(dataOf('mlp'))).metrics['loss'] as number, 5);
  });
});

describe('the order of the samples', () => {
  it('is a function of the seed', async () => {
    const run = (seed: number): Promise<number[]> => lossesOf(learnerOf('mlp', { seed }), phase);
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('goes on over phases, each as long as it says', async () => {
    const still = { ...phase, optimizer: { ...phase.optimizer, lr: 0 } };
    const epochs = (count: number): Phase => ({ ...still, length: { epochs: count } });
    const learner = learnerOf('mlp');
    const told: number[] = [];
    learner.events.on('step', ({ epoch }) => told.push(epoch));
    const losses = await lossesOf(learner, epochs(1), epochs(2));
    expect(losses).toEqual(await lossesOf(learnerOf('mlp'), epochs(3)));
    expect(losses.slice(4, 8)).not.toEqual(losses.slice(0, 4));
    expect(told).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  });
});

describe('a gradual phase', () => {
  const gradual: Phase = { ...phase, gradual: { head: [] } };

  it('is run block by block, and goes on where it was stopped', async () => {
    const unbroken = learnerOf('mlp');
    const names: string[] = [];
    unbroken.events.on('phase', (event) => names.push(event.phase));
    const losses = await lossesOf(unbroken, gradual);
    expect(names).toEqual(['full 1/3', 'full 2/3', 'full 3/3']);
    const saved: Snapshot[] = [];
    const checkpoint = { isDue: ({ total }: { total: number }) => total === 6, save: async (snapshot: Snapshot) => void saved.push(snapshot) };
    await learnerOf('mlp').run([gradual], { checkpoint });
    const resumed = learnerOf('mlp');
    const rest: number[] = [];
    resumed.events.on('step', ({ loss }) => rest.push(loss));
    await resumed.run([gradual], { from: saved[0] as Snapshot });
    expect(rest).toEqual(losses.slice(6));
    expect(resumed.export().graph.initializers).toEqual(unbroken.export().graph.initializers);
  });

  it('leaves the blocks that have not joined as they are', async () => {
    const [first] = unfolded(gradual, learnerOf('mlp').model);
    const learner = learnerOf('mlp');
    const before = learner.export().graph.initializers;
    await learner.run([first as Phase]);
    const after = learner.export().graph.initializers;
    const moved = [...before.keys()].filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)));
    expect(moved).not.toEqual([]);
    expect(moved.filter((name) => first?.held?.includes(name))).toEqual([]);
    expect(first?.held).not.toEqual([]);
  });
});

it('dropout draws other masks at every step of a run, in later phases too', async () => {
  const still = { ...phase, optimizer: { ...phase.optimizer, lr: 0 } };
  const epochs = (count: number): Phase => ({ ...still, length: { epochs: count } });
  const model = withDropout(learnerOf('mlp').model);
  const losses = await lossesOf(learnerOf('mlp', { model, shuffle: false }), epochs(1), epochs(1));
  expect(losses).toEqual(await lossesOf(learnerOf('mlp', { model, shuffle: false }), epochs(2)));
  expect(losses.slice(4)).not.toEqual(losses.slice(0, 4));
});

/** The model with half of its outputs dropped. */
function withDropout({ graph, ...rest }: Model): Model {
  const [output] = graph.outputs as [ValueInfo];
  const half = ['ratio', float32([], [0.5])] as const;
  return {
    ...rest,
    graph: {
      ...graph,
      nodes: [...graph.nodes, node('Dropout', [output.name, half[0]], ['dropped'])],
      outputs: [{ ...output, name: 'dropped' }],
      initializers: new Map([...graph.initializers, half]),
    },
  };
}

it('exports the weights it has trained, in the graph it was given', async () => {
  const learner = learnerOf('mlp');
  const before = learner.export();
  await learner.run([phase]);
  const after = learner.export();
  expect(after.graph.nodes).toEqual(before.graph.nodes);
  const changed = [...before.graph.initializers].filter(([name, stored]) => {
    const [old, now] = [stored as Tensor, after.graph.initializers.get(name) as Tensor];
    return String(toNumbers(old)) !== String(toNumbers(now));
  });
  expect(changed).toHaveLength(6);
});
