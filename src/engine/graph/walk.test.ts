import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphOf, node } from '../../../test/support/graph.js';
import { float32 } from '../../core/index.js';
import { allNames, captures, freeNames, NameSource, pruneUnused, topologicalOrder, useDef } from './walk.js';

const w = float32([1], [1]);
const branch = graphOf({ nodes: [node('Add', ['a', 'local'], ['b'])], outputs: ['b', 'passed'], initializers: { local: w } });
const conditional = node('If', ['c'], ['y'], 'if', { then_branch: branch, else_branch: graphOf({ nodes: [], outputs: ['other'] }) });

describe('names', () => {
  it('a subgraph captures what it uses and does not define', () => {
    expect([...freeNames(branch)]).toEqual(['a', 'passed']);
    expect([...captures(conditional)]).toEqual(['a', 'passed', 'other']);
  });

  it('of all depths are found', () => {
    expect(allNames(graphOf({ nodes: [conditional], outputs: ['y'] }))).toEqual(new Set(['y', 'c', 'b', 'local', 'a', 'passed', 'other']));
  });

  it('that are new do not clash', () => {
    const names = new NameSource(['x', 'x_1']);
    expect([names.fresh('x'), names.fresh('x'), names.fresh('y')]).toEqual(['x_2', 'x_3', 'y']);
  });
});

describe('topologicalOrder', () => {
  it('keeps an order that is already topological', () => {
    const nodes = [node('Abs', ['x'], ['a']), node('Neg', ['x'], ['b']), node('Add', ['a', 'b'], ['c'])];
    expect(topologicalOrder(nodes).sorted).toEqual(nodes);
  });

  it('puts any order of a random graph right', () => {
    const size = fc.integer({ min: 1, max: 20 });
    const graphs = size.chain((count) =>
      fc.tuple(
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: count, maxLength: count }),
        fc.shuffledSubarray(
          Array.from({ length: count }, (_, i) => i),
          { minLength: count },
        ),
      ),
    );
    fc.assert(
      fc.property(graphs, ([links, order]) => {
        const nodes = links.map(([a, b], i) => node('Add', [`v${a % (i + 1)}`, `v${b % (i + 1)}`], [`v${i + 1}`]));
        const { sorted, stuck } = topologicalOrder(order.map((index) => nodes[index] ?? node('Abs', [], [])));
        expect(stuck).toEqual([]);
        const done = new Set(['v0']);
        for (const next of sorted) {
          for (const input of next.inputs) expect(done).toContain(input);
          for (const output of next.outputs) done.add(output);
        }
        expect(done.size).toBe(nodes.length + 1);
      }),
    );
  });

  it('counts what subgraphs capture as needed', () => {
    const nodes = [conditional, node('Abs', ['x'], ['a'])];
    expect(topologicalOrder(nodes).sorted.map((sorted) => sorted.op)).toEqual(['Abs', 'If']);
  });

  it('orders 100,000 nodes in a chain without recursion', () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => node('Abs', [`v${i}`], [`v${i + 1}`])).reverse();
    expect(topologicalOrder(nodes).sorted[0]?.inputs).toEqual(['v0']);
  });
});

describe('useDef', () => {
  it('knows producers, consumers through subgraphs, and outputs', () => {
    const abs = node('Abs', ['x'], ['a']);
    const uses = useDef(graphOf({ nodes: [abs, conditional], inputs: ['x', 'c'], outputs: ['y'] }));
    expect(uses.producer('a')).toBe(abs);
    expect(uses.producer('x')).toBeUndefined();
    expect(uses.consumers('a')).toEqual([conditional]);
    expect([uses.isOutput('y'), uses.isOutput('a')]).toEqual([true, false]);
  });
});

describe('pruneUnused', () => {
  it('drops nodes, initialisers and types nothing needs, keeps inputs and captured values', () => {
    const nodes = [node('Abs', ['x'], ['a']), node('Neg', ['x'], ['dead']), conditional];
    const graph = graphOf({ nodes, inputs: ['x', 'c', 'unused'], outputs: ['y'], initializers: { passed: w, other: w, gone: w } });
    const pruned = pruneUnused({ ...graph, valueInfo: new Map([['dead', { kind: 'tensor', type: 'float32', dims: [1] }]]) });
    expect(pruned.nodes.map((kept) => kept.op)).toEqual(['Abs', 'If']);
    expect([...pruned.initializers.keys()]).toEqual(['passed', 'other']);
    expect(pruned.inputs).toHaveLength(3);
    expect(pruned.valueInfo.size).toBe(0);
  });
});
