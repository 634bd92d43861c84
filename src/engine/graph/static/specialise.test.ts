import { describe, expect, it } from 'vitest';
import { run } from '../../../../test/gradients/run.js';
import { graphOf, modelOf, node } from '../../../../test/support/graph.js';
import { float32, int64, scalar, type Tensor, toNumbers } from '../../../core/index.js';
import type { Dim, Graph, Node, ValueInfo } from '../model.js';
import { specialise, staticTypes } from './specialise.js';

const value = (name: string, dims: readonly Dim[]): ValueInfo => ({ name, type: { kind: 'tensor', type: 'float32', dims } });
const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);

/** What ONNX Runtime computes for the graph. */
async function compute(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, number[]>> {
  const results = await run({ ...modelOf({ nodes: [], outputs: [] }), graph }, feeds);
  return Object.fromEntries([...results].map(([name, tensor]) => [name, toNumbers(tensor)]));
}

describe('specialise', () => {
  it('writes the dimensions in, and computes what depends on them alone', () => {
    const graph = graphOf({
      inputs: [value('x', ['batch', 2, 3])],
      initializers: { zero: int64([1], [0]), rest: int64([1], [-1]) },
      outputs: [value('y', ['batch', 'flat'])],
      nodes: [
        node('Shape', ['x'], ['shape']),
        node('Gather', ['shape', 'zero'], ['rows']),
        node('Concat', ['rows', 'rest'], ['target'], 'c', { axis: 0 }),
        node('Reshape', ['x', 'target'], ['y']),
      ],
    });
    const result = specialise(graph, 21, { x: [5, 2, 3] });
    expect(opsOf(result)).toEqual(['Reshape']);
    expect([...result.initializers]).toEqual([['target', int64([2], [5, -1])]]);
    expect(result.inputs).toEqual([value('x', [5, 2, 3])]);
    expect(result.outputs).toEqual([value('y', [5, 6])]);
    expect(staticTypes(result).get('y')).toEqual({ type: 'float32', dims: [5, 6] });
  });

  it('keeps parameters and their names: an Identity over one is another one', async () => {
    const weight = float32([2], [3, 4]);
    const graph = graphOf({
      inputs: [value('x', [2])],
      initializers: { weight },
      outputs: ['y'],
      nodes: [node('Identity', ['weight'], ['bias']), node('Mul', ['x', 'weight'], ['scaled']), node('Add', ['scaled', 'bias'], ['y'])],
    });
    const result = specialise(graph, 21);
    expect(opsOf(result)).toEqual(['Mul', 'Add']);
    expect([...result.initializers.keys()]).toEqual(['weight', 'bias']);
    expect(result.initializers.get('bias')).toBe(weight);
    expect(await compute(result, { x: float32([2], [1, 2]) })).toEqual({ y: [6, 12] });
  });

  it('keeps the names of outputs where it removes what only hands on', async () => {
    const graph = graphOf({
      inputs: [value('x', [2])],
      initializers: { weight: float32([2], [3, 4]), ratio: scalar('float32', 0.5) },
      outputs: ['features', 'again', 'y', 'x2', 'copy', 'size'].map((name) => value(name, [2])),
      nodes: [
        node('Exp', ['x'], ['inner']),
        node('Identity', ['inner'], ['alias']),
        node('Dropout', ['alias', 'ratio'], ['features', 'mask']),
        node('Identity', ['features'], ['again']),
        node('Cast', ['alias'], ['cast'], 'cast', { to: 1 }),
        node('Add', ['cast', 'inner'], ['y']),
        node('Identity', ['x'], ['x2']),
        node('Identity', ['weight'], ['copy']),
        node('Size', ['x'], ['size']),
      ],
    });
    const result = specialise(graph, 21);
    expect(opsOf(result).sort()).toEqual(['Add', 'Exp', 'Identity', 'Identity', 'Identity']);
    expect(result.nodes[0]).toMatchObject({ op: 'Exp', outputs: ['features'] });
    const [e, e2] = [Math.fround(Math.exp(0)), Math.fround(Math.exp(0) * 2)];
    expect(await compute(result, { x: float32([2], [0, 0]) })).toEqual({
      features: [e, e],
      again: [e, e],
      y: [e2, e2],
      x2: [0, 0],
      copy: [3, 4],
      size: [2],
    });
  });

  it('leaves a Dropout that drops something, and one whose mask is used', () => {
    const graph = graphOf({
      inputs: [value('x', [2])],
      initializers: { ratio: scalar('float32', 0.5), on: scalar('bool', 1) },
      outputs: ['y', 'z', 'mask'],
      nodes: [
        node('Dropout', ['x', 'ratio', 'on'], ['a']),
        node('Exp', ['a'], ['y']),
        node('Dropout', ['x'], ['b', 'mask']),
        node('Exp', ['b'], ['z']),
      ],
    });
    expect(opsOf(specialise(graph, 21))).toEqual(['Dropout', 'Exp', 'Dropout', 'Exp']);
  });
});

describe('specialise, on control flow and sequences', () => {
  it('takes the branch a condition on shapes decides, also inside the other', async () => {
    const isOne = (input: string, to: string): Node[] => [
      node('Shape', [input], [`${to}/shape`]),
      node('Gather', [`${to}/shape`, 'zero'], [`${to}/rows`]),
      node('Equal', [`${to}/rows`, 'one'], [to]),
    ];
    const branch = (nodes: Node[], output: string): Graph => graphOf({ nodes, outputs: [output] });
    const squeeze = branch([node('Squeeze', ['x', 'axis'], ['part'])], 'part');
    const keep = branch([node('Exp', ['x'], ['part'])], 'part');
    const second = {
      then_branch: branch([node('Neg', ['first'], ['part'])], 'part'),
      else_branch: branch([node('Identity', ['first'], ['part'])], 'part'),
    };
    const graph = graphOf({
      inputs: [value('x', ['n', 3])],
      initializers: { zero: int64([], [0]), one: int64([], [1]), axis: int64([1], [0]) },
      outputs: ['y'],
      nodes: [
        ...isOne('x', 'single'),
        node('If', ['single'], ['first'], 'if', { then_branch: squeeze, else_branch: keep }),
        ...isOne('first', 'again'),
        node('If', ['again'], ['y'], 'if2', second),
      ],
    });
    expect(opsOf(specialise(graph, 21, { x: [2, 3] }))).toEqual(['Exp']);
    const single = specialise(graph, 21, { x: [1, 3] });
    expect(opsOf(single)).toEqual(['Squeeze']);
    expect(await compute(single, { x: float32([1, 3], [1, 2, 3]) })).toEqual({ y: [1, 2, 3] });
  });

  it('states the type of an If both branches of which agree, and refuses one whose branches differ', () => {
    const choice = (other: Node): Graph =>
      graphOf({
        inputs: [value('x', [2]), { name: 'c', type: { kind: 'tensor', type: 'bool', dims: [] } }],
        outputs: ['y'],
        nodes: [
          node('If', ['c'], ['y'], 'if', {
            then_branch: graphOf({ nodes: [node('Exp', ['x'], ['a'])], outputs: ['a'] }),
            else_branch: graphOf({ nodes: [other], outputs: ['a'] }),
          }),
        ],
      });
    expect(staticTypes(specialise(choice(node('Neg', ['x'], ['a'])), 21)).get('y')).toEqual({ type: 'float32', dims: [2] });
    expect(() => specialise(choice(node('ReduceSum', ['x'], ['a'])), 21)).toThrow('The output type of If node "if"');
  });

  it('takes sequences of known length apart', async () => {
    const graph = graphOf({
      inputs: [value('x', [5, 2])],
      initializers: { two: int64([], [2]), last: int64([], [-1]), zero: int64([], [0]) },
      outputs: ['y', 'length', 'joined'],
      nodes: [
        node('SplitToSequence', ['x', 'two'], ['parts'], 'split', { axis: 0 }),
        node('SequenceAt', ['parts', 'last'], ['tail']),
        node('Exp', ['tail'], ['y']),
        node('SequenceInsert', ['parts', 'tail', 'zero'], ['longer']),
        node('SequenceErase', ['longer', 'last'], ['shorter']),
        node('SequenceLength', ['longer'], ['length']),
        node('ConcatFromSequence', ['shorter'], ['joined'], 'concat', { axis: 0 }),
      ],
    });
    const result = specialise(graph, 21);
    expect(opsOf(result)).toEqual(['Split', 'Exp', 'Concat']);
    expect(await compute(result, { x: float32([5, 2], [0, 1, 2, 3, 4, 5, 6, 7, 0, 0]) })).toEqual({
      y: [1, 1],
      length: [4],
      joined: [0, 0, 0, 1, 2, 3, 4, 5, 6, 7],
    });
  });
});
