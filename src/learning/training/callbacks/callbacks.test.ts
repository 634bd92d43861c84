import { describe, expect, it } from 'vitest';
import { goldenData as dataOf, goldenLearner as learnerOf, wholePhase as phase } from '../../../../test/support/learner.js';
import type { Snapshot } from '../learner-spec.js';
import type { Callback, Handlers, LoopEvent } from './index.js';

const EVENTS: readonly LoopEvent[] = ['phaseBegin', 'epochBegin', 'batch', 'step', 'evaluation', 'epochEnd', 'phaseEnd'];

/** A callback that writes down what it is told. */
function listening(name: string, told: string[]): Callback {
  const listen = (event: LoopEvent) => (first: unknown) => {
    told.push(`${name} ${event}`);
    return event === 'batch' ? first : undefined;
  };
  return { name, about: 'listens', on: Object.fromEntries(EVENTS.map((event) => [event, listen(event)])) as Handlers };
}

describe('callbacks', () => {
  it('are called at every moment of the loop, in its order and in theirs', async () => {
    const told: string[] = [];
    const learner = learnerOf('mlp', { callbacks: [listening('a', told), listening('b', told)], validation: dataOf('mlp'), batchSize: 8 });
    await learner.run([{ ...phase, length: { epochs: 1 } }]);
    const moments = ['phaseBegin', 'epochBegin', 'batch', 'step', 'batch', 'step', 'evaluation', 'epochEnd', 'phaseEnd'];
    expect(told).toEqual(moments.flatMap((moment) => [`a ${moment}`, `b ${moment}`]));
  });

  it('may change a batch, one after the other', async () => {
    const scaled = (factor: number): Callback => ({
      name: `times ${factor}`,
      about: 'scales the inputs',
      on: {
        batch: (batch) => {
          for (const { data } of Object.values(batch.inputs)) for (let i = 0; i < data.length; i++) data[i] = factor * Number(data[i]);
          return batch;
        },
      },
    });
    const firstLoss = async (...callbacks: Callback[]): Promise<number> => {
      const losses: number[] = [];
      const learner = learnerOf('mlp', { callbacks });
      learner.events.on('step', ({ loss }) => losses.push(loss));
      await learner.run([{ ...phase, length: { steps: 1 } }]);
      return losses[0] as number;
    };
    const plain = await firstLoss();
    expect(await firstLoss(scaled(4))).not.toBe(plain);
    // Powers of two change no digit.
    expect(await firstLoss(scaled(4), scaled(0.25))).toBe(plain);
  });

  it('may end a phase, which says so and ends with the weights that were kept', async () => {
    const kept: Callback = {
      name: 'third',
      about: 'ends with the second step',
      on: {
        step: async (_, loop) => {
          if (loop.progress.step === 2) await loop.keepWeights({ metric: 'loss', value: 1 });
          if (loop.progress.step === 3) loop.stop('enough');
        },
      },
    };
    const learner = learnerOf('mlp', { callbacks: [kept] });
    const told: unknown[] = [];
    learner.events.on('stopped', (event) => told.push(event));
    const { progress } = await learner.run([phase]);
    const two = learnerOf('mlp');
    await two.run([{ ...phase, length: { steps: 2 } }]);
    expect(told).toEqual([{ step: 3, best: 2, reason: 'enough' }]);
    expect(progress.step).toBe(3);
    expect(learner.model.graph.initializers).toEqual(two.model.graph.initializers);
  });

  it('remember over an interruption', async () => {
    const counted = (seen: number[]): Callback => ({
      name: 'count',
      about: 'counts steps',
      on: {
        step: (_, loop) => {
          const count = ((loop.recall('count') as number | undefined) ?? 0) + 1;
          loop.remember('count', count);
          seen.push(count);
        },
      },
    });
    const snapshots: Snapshot[] = [];
    const checkpoint = { isDue: ({ step }: { step: number }) => step === 3, save: async (snapshot: Snapshot) => void snapshots.push(snapshot) };
    await learnerOf('mlp', { callbacks: [counted([])] }).run([phase], { checkpoint });
    const seen: number[] = [];
    const from = JSON.parse(JSON.stringify(snapshots[0]?.progress)) as Snapshot['progress'];
    await learnerOf('mlp', { callbacks: [counted(seen)] }).run([phase], { from: { ...(snapshots[0] as Snapshot), progress: from } });
    expect(seen[0]).toBe(4);
  });
});

describe('the explanation of a loop', () => {
  it('names what acts when, callbacks in their order', () => {
    const callback: Callback = { name: 'mine', about: 'watches', on: { step: () => {}, evaluation: () => {} } };
    const learner = learnerOf('mlp', { callbacks: [callback], validation: dataOf('mlp'), clip: { norm: 1 } });
    const text = learner.explainLoop({ epochs: 2, earlyStopping: { metric: 'loss', patience: 2, minDelta: 0 } });
    expect(text).toBe(
      [
        'fit, 2 epochs',
        '  epoch begins    data: 16 samples in a new order',
        '  each batch      read: 4 samples, with the transforms of training',
        '  each step       gradients: of the batch, norm at most 1',
        '                  optimizer: adamw, rate 0.001, schedule cosine',
        '                  mine: watches',
        '  validation      metrics: of 16 validation samples',
        '                  mine: watches',
        '                  best-weights: the phase ends with the weights of its best loss',
        '                  early-stopping: ends the phase after 2 evaluations without a better loss',
        '  epoch ends      checkpoint: where one is due',
      ].join('\n'),
    );
  });
});

describe('the layers of a learner', () => {
  it('train the head alone while the base is frozen, and everything afterwards', async () => {
    const learner = learnerOf('mlp');
    const before = new Map(learner.model.graph.initializers);
    const head = [...before.keys()].slice(-2);
    const headed = learnerOf('mlp', { head });
    headed.freeze();
    await headed.fitOneCycle({ epochs: 1 });
    const changed = (): string[] =>
      [...before].flatMap(([name, tensor]) => (equal(tensor, headed.model.graph.initializers.get(name)) ? [] : [name])).sort();
    expect(changed()).toEqual([...head].sort());
    headed.unfreeze();
    await headed.fit({ epochs: 1 });
    expect(changed().length).toBeGreaterThan(head.length);
  });
});

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a, replacer) === JSON.stringify(b, replacer);
}

function replacer(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
}
