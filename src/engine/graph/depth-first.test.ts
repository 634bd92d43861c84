import { expect, it } from 'vitest';
import { input, modelOf, node } from '../../../test/support/graph.js';
import { executionOrder } from '../../../test/support/ort.js';
import { float32 } from '../../core/index.js';
import { orderForDepthFirst } from './depth-first.js';

const x = float32([2], [1, 2]);

/** A chain as a backward pass has it: each link gives an output of its own (a weight's gradient) and the next link. */
const chain = modelOf({
  nodes: [
    node('Relu', ['x'], ['a'], 'forward'),
    node('Neg', ['a'], ['b'], 'link 1'),
    node('Abs', ['b'], ['c'], 'link 2'),
    node('Exp', ['c'], ['d'], 'link 3'),
    node('Sqrt', ['a'], ['e'], 'early'),
    node('Add', ['b', 'e'], ['p'], 'gradient 1'),
    node('Tanh', ['c'], ['q'], 'gradient 2'),
    node('Tanh', ['d'], ['r'], 'gradient 3'),
  ],
  inputs: [input('x', x)],
  outputs: ['p', 'q', 'r'],
});

it('ONNX Runtime makes the gradients at the end of a chain first, and those on the way last', async () => {
  const order = await executionOrder(chain, { x });
  expect(order.filter((name) => !name.startsWith('early'))).toEqual([
    'forward',
    'link 1',
    'link 2',
    'link 3',
    'gradient 3',
    'gradient 2',
    'gradient 1',
  ]);
});

it('each is made once it can be in a graph ordered for it', async () => {
  const graph = orderForDepthFirst(chain.graph);
  expect(await executionOrder({ ...chain, graph }, { x })).toEqual([
    'forward',
    'early',
    'link 1',
    'gradient 1',
    'link 2',
    'gradient 2',
    'link 3',
    'gradient 3',
  ]);
});

it('nodes still follow those they read', () => {
  const made = new Set(['x']);
  for (const { inputs, outputs } of orderForDepthFirst(chain.graph).nodes) {
    for (const name of inputs) expect(made).toContain(name);
    for (const name of outputs) made.add(name);
  }
  expect(made.size).toBe(1 + chain.graph.nodes.length);
});
