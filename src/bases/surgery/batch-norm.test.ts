import { expect, it } from 'vitest';
import { compile } from '../../../test/gradients/run.js';
import { fromNumbers, type Tensor, toNumbers } from '../../core/index.js';
import { type Graph, GraphBuilder, type Node } from '../../engine/graph/index.js';
import { batchNormInTraining } from './batch-norm.js';

const INPUTS = ['x', 'scale', 'shift', 'mean', 'variance'];
const node: Node = { name: 'norm', op: 'BatchNormalization', domain: '', inputs: INPUTS, outputs: ['y'], attributes: {} };
const graph: Graph = { name: '', nodes: [node], inputs: [], outputs: [], initializers: new Map(), valueInfo: new Map() };

const vector = (value: number): Tensor => fromNumbers('float32', [1], [value]);

it('leaves the running statistics it is given as they are', async () => {
  const { graph: training, statistics } = batchNormInTraining(graph, () => true);
  expect(statistics.map(({ name, momentum }) => [name, momentum])).toEqual([
    ['mean', 0.9],
    ['variance', 0.9],
  ]);
  const b = new GraphBuilder(21);
  for (const name of INPUTS) b.input(name, 'float32', name === 'x' ? [4, 1, 1, 1] : [1]);
  for (const each of training.nodes) b.node(each);
  // Not outputs of the graph themselves, which ONNX Runtime would keep apart.
  const next = statistics.map((statistic) => b.neg(b.value(statistic.next)));
  const compiled = await compile(b.model([b.value('y'), ...next]));
  const x = fromNumbers('float32', [4, 1, 1, 1], [1, 2, 3, 5]);
  const feeds = { x, scale: vector(1), shift: vector(0), mean: vector(0.5), variance: vector(2) };
  for (let run = 0; run < 2; run++) {
    const results = await compiled.run(feeds);
    const [mean, variance] = next.map((value) => toNumbers(results.get(value.name) as Tensor)[0]);
    expect(mean).toBeCloseTo(-(0.9 * 0.5 + 0.1 * 2.75), 6);
    expect(variance).toBeCloseTo(-(0.9 * 2 + 0.1 * 2.1875), 6);
  }
  expect(toNumbers(feeds.mean)).toEqual([0.5]);
  expect(toNumbers(feeds.variance)).toEqual([2]);
  await compiled.release();
});
