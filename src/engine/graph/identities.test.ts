import { expect, it } from 'vitest';
import { modelOf, node } from '../../../test/support/graph.js';
import { float32 } from '../../core/index.js';
import { splitIdentities } from './identities.js';

it('an Identity over an initialiser becomes a parameter of its own, sharing memory', () => {
  const weight = float32([2], [1, 2]);
  const nodes = [
    node('Identity', ['w'], ['v']),
    node('Identity', ['v'], ['u']),
    node('Identity', ['x'], ['k']),
    node('Sum', ['k', 'u', 'v'], ['y']),
    node('Identity', ['w'], ['out']),
  ];
  const { graph } = splitIdentities(modelOf({ nodes, inputs: ['x'], outputs: ['y', 'out'], initializers: { w: weight } }));
  expect(graph.nodes.map((kept) => kept.outputs[0])).toEqual(['k', 'y', 'out']);
  expect([...graph.initializers]).toEqual([
    ['w', weight],
    ['v', weight],
    ['u', weight],
  ]);
  expect(graph.initializers.get('u')).toBe(weight);
});
