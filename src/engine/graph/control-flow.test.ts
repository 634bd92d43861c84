import { describe, expect, it } from 'vitest';
import { graphOf, modelOf, node } from '../../../test/support/graph.js';
import { runOnnx } from '../../../test/support/ort.js';
import { float32, fromNumbers } from '../../core/index.js';
import { liftConstants } from './constants.js';
import { resolveControlFlow } from './control-flow.js';
import type { Graph, Model } from './model.js';
import { subgraphs } from './walk.js';

const yes = fromNumbers('bool', [], [1]);
const no = fromNumbers('bool', [1], [0]);
const x = float32([2], [-1, 3]);

const absolute = graphOf({ nodes: [node('Abs', ['x'], ['t'])], outputs: ['t'] });
const scaled = graphOf({ nodes: [node('Mul', ['x', 'w'], ['t'])], outputs: ['t'], initializers: { w: float32([1], [10]) } });

function choose(condition: typeof yes, then_branch: Graph, else_branch: Graph): Model {
  const nodes = [node('If', ['c'], ['y'], 'if', { then_branch, else_branch })];
  return modelOf({ nodes, inputs: ['x'], outputs: ['y'], initializers: { c: condition } });
}

async function outputOf(model: Model): Promise<number[]> {
  const { y } = await runOnnx(model, { x });
  return Array.from((y?.data ?? []) as ArrayLike<number>);
}

describe('resolveControlFlow', () => {
  it('takes the branch a constant condition names, with its parameters under their names', async () => {
    const model = resolveControlFlow(choose(no, absolute, scaled));
    expect(model.graph.nodes.map((kept) => kept.op)).toEqual(['Mul']);
    expect([...model.graph.initializers.keys()]).toEqual(['c', 'w']);
    expect(await outputOf(model)).toEqual([-10, 30]);
  });

  it('copies a branch output that is captured, an initialiser, or given twice', async () => {
    const captured = graphOf({ nodes: [], outputs: ['x'] });
    expect(await outputOf(resolveControlFlow(choose(yes, captured, scaled)))).toEqual([-1, 3]);
    const stored = graphOf({ nodes: [], outputs: ['w'], initializers: { w: x } });
    expect(await outputOf(resolveControlFlow(choose(yes, stored, scaled)))).toEqual([-1, 3]);
  });

  it('keeps names unique when both the branch and the graph use one', async () => {
    const inner = graphOf({
      nodes: [node('Neg', ['x'], ['h']), node('Add', ['h', 'y'], ['o'])],
      outputs: ['o'],
      initializers: { y: float32([1], [0.5]) },
    });
    const nodes = [node('If', ['c'], ['y'], 'if', { then_branch: inner, else_branch: absolute }), node('Abs', ['x'], ['h_outer'])];
    const model = resolveControlFlow(modelOf({ nodes, inputs: ['x'], outputs: ['y'], initializers: { c: yes } }));
    expect([...model.graph.initializers.keys()]).toEqual(['c', 'y_1']);
    expect(await outputOf(model)).toEqual([1.5, -2.5]);
  });

  it('goes down into branches taken and left', async () => {
    const nested = graphOf({ nodes: [node('If', ['c'], ['n'], 'inner', { then_branch: absolute, else_branch: scaled })], outputs: ['n'] });
    const model = resolveControlFlow(choose(yes, nested, scaled));
    expect(model.graph.nodes.map((kept) => kept.op)).toEqual(['Abs']);
    expect(await outputOf(model)).toEqual([1, 3]);
  });

  it('knows conditions of Constant nodes and of constant folding', () => {
    const source = choose(yes, absolute, scaled);
    const withNode = {
      ...source,
      graph: { ...source.graph, initializers: new Map(), nodes: [node('Constant', [], ['c'], 'c', { value: no }), ...source.graph.nodes] },
    };
    expect(resolveControlFlow(withNode).graph.nodes.map((kept) => kept.op)).toEqual(['Constant', 'Mul']);
    const folded = { ...source, graph: { ...source.graph, initializers: new Map(), nodes: [node('Not', ['d'], ['c']), ...source.graph.nodes] } };
    expect(resolveControlFlow(folded).graph.nodes.map((kept) => kept.op)).toEqual(['Not', 'If']);
    expect(resolveControlFlow(folded, (name) => (name === 'c' ? yes : undefined)).graph.nodes.map((kept) => kept.op)).toEqual(['Not', 'Abs']);
  });

  it('leaves other control flow', () => {
    const source = choose(yes, absolute, scaled);
    const open = { ...source, graph: { ...source.graph, initializers: new Map() } };
    expect(resolveControlFlow(open).graph.nodes).toEqual(open.graph.nodes);
  });
});

describe('liftConstants', () => {
  it('makes initialisers of every numeric form, at any depth', () => {
    const forms = {
      tensor: { value: x },
      int: { value_int: Number.MAX_SAFE_INTEGER },
      ints: { value_ints: [1, 2] },
    };
    const floats = [
      { ...node('Constant', [], ['float']), attributes: { value_float: { kind: 'float', value: 0.5 } } },
      { ...node('Constant', [], ['floats']), attributes: { value_floats: { kind: 'floats', value: [1, 2] } } },
    ] as const;
    const text = node('Constant', [], ['text'], 'text', { value_string: 'a' });
    const nodes = [...Object.entries(forms).map(([name, values]) => node('Constant', [], [name], name, values)), ...floats, text];
    const { graph } = liftConstants(modelOf({ nodes, outputs: ['tensor'] }));
    expect(graph.nodes).toEqual([text]);
    expect(Object.fromEntries(graph.initializers)).toEqual({
      tensor: x,
      int: { type: 'int64', dims: [], data: BigInt64Array.of(2n ** 63n - 1n) },
      ints: { type: 'int64', dims: [2], data: BigInt64Array.of(1n, 2n) },
      float: { type: 'float32', dims: [], data: Float32Array.of(0.5) },
      floats: { type: 'float32', dims: [2], data: Float32Array.of(1, 2) },
    });
  });

  it('keeps a Constant that a branch gives, and the result runs', async () => {
    const given = graphOf({ nodes: [node('Constant', [], ['k'], 'k', { value: x })], outputs: ['k'] });
    const used = graphOf({ nodes: [node('Constant', [], ['k'], 'k', { value: x }), node('Add', ['k', 'x'], ['s'])], outputs: ['s'] });
    const source = choose(no, given, used);
    const open = {
      ...source,
      graph: { ...source.graph, inputs: [...source.graph.inputs, { name: 'c', type: { kind: 'tensor', type: 'bool', dims: [1] } as const }] },
    };
    const model = liftConstants(open);
    const [then, otherwise] = model.graph.nodes.flatMap(subgraphs);
    expect([then?.nodes.length, otherwise?.nodes.length]).toEqual([1, 1]);
    expect(await outputOf(model)).toEqual([-2, 6]);
  });
});
