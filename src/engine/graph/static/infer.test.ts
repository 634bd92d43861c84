import { describe, expect, it } from 'vitest';
import { graphOf, node } from '../../../../test/support/graph.js';
import { float32, int64, RegraftError, scalar, zeros } from '../../../core/index.js';
import type { Dim, Graph, ValueInfo } from '../model.js';
import { inferTypes } from './infer.js';

const value = (name: string, dims: readonly Dim[] | undefined): ValueInfo => ({ name, type: { kind: 'tensor', type: 'float32', dims } });

/** The error a call throws, as `CODE: message`. */
function errorOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof RegraftError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('dimensions of inputs', () => {
  const graph = graphOf({
    inputs: [value('a', ['batch', 3]), value('b', [4, 'batch'])],
    outputs: ['y'],
    nodes: [node('MatMul', ['b', 'a'], ['y'])],
  });

  it('fill in what shares a symbolic dimension', () => {
    const { types } = inferTypes(graph, 21, { a: [2, 3] });
    expect(types.get('b')).toEqual({ type: 'float32', dims: [4, 2] });
    expect(types.get('y')).toEqual({ type: 'float32', dims: [4, 3] });
  });

  it('must agree with each other and with the model', () => {
    expect(errorOf(() => inferTypes(graph, 21, { a: [2, 3], b: [4, 5] }))).toBe(
      'SHAPE_CONFLICT: Dimension "batch" is 2 in the given dimensions of input "a" but 5 in the given dimensions of input "b".',
    );
    expect(errorOf(() => inferTypes(graph, 21, { a: [2, 7] }))).toMatch(/^SHAPE_CONFLICT: Dimension 1 is 3 in the model but 7/);
    expect(errorOf(() => inferTypes(graph, 21, { a: [2] }))).toMatch(/^SHAPE_CONFLICT: Dimension count is 2 in input "a" but 1/);
  });

  it('must be complete, and of inputs that are there', () => {
    expect(errorOf(() => inferTypes(graph, 21))).toBe('SHAPE_UNSPECIFIED: Input "a" has the dimensions [batch, 3], and not all of them are known.');
    expect(errorOf(() => inferTypes(graph, 21, { c: [1] }))).toBe(
      'SHAPE_NO_INPUT: Dimensions were given for "c", but the inputs of the graph are "a", "b".',
    );
    const open = graphOf({ inputs: [value('x', undefined)], outputs: ['x'], nodes: [] });
    expect(errorOf(() => inferTypes(open, 21))).toMatch(/^SHAPE_UNSPECIFIED: Input "x" has the dimensions \[…\]/);
    expect(inferTypes(open, 21, { x: [5] }).types.get('x')).toEqual({ type: 'float32', dims: [5] });
  });

  it('belong to the names that are given, not to what every object has', () => {
    const odd = graphOf({ inputs: [value('constructor', undefined)], outputs: ['y'], nodes: [node('Relu', ['constructor'], ['y'])] });
    expect(errorOf(() => inferTypes(odd, 21, {}))).toMatch(/^SHAPE_UNSPECIFIED: /);
    expect(inferTypes(odd, 21, { constructor: [2] }).types.get('y')).toEqual({ type: 'float32', dims: [2] });
  });

  it('are those of tensors of numbers', () => {
    const text: ValueInfo = { name: 'x', type: { kind: 'tensor', type: 'string', dims: [1] } };
    expect(errorOf(() => inferTypes(graphOf({ inputs: [text], outputs: ['x'], nodes: [] }), 21))).toMatch(
      /^SHAPE_INPUT_TYPE: Input "x" holds string elements/,
    );
  });
});

describe('constants', () => {
  it('are computed from integers, shapes and float Constant nodes, never from parameters', () => {
    const graph = graphOf({
      inputs: [value('x', [2, 3])],
      initializers: { weight: float32([2], [1, 2]), axis: int64([1], [0]), limit: float32([], [4]) },
      outputs: ['transposed', 'doubled', 'scaled', 'whole'],
      nodes: [
        node('Transpose', ['weight'], ['transposed']),
        node('Constant', [], ['half'], 'half', { value: float32([], [0.5]) }),
        node('Add', ['half', 'half'], ['whole']),
        node('Shape', ['x'], ['shape']),
        node('Gather', ['shape', 'axis'], ['rows']),
        node('Add', ['rows', 'rows'], ['doubled']),
        node('Mul', ['limit', 'half'], ['scaled']),
      ],
    });
    const { constants, types } = inferTypes(graph, 21);
    expect([...constants.keys()].sort()).toEqual(['axis', 'doubled', 'half', 'rows', 'shape', 'whole']);
    expect(constants.get('doubled')).toEqual(int64([1], [4]));
    expect(constants.get('whole')).toEqual(float32([], [1]));
    expect(types.get('scaled')).toEqual({ type: 'float32', dims: [] });
    const allowed = inferTypes(graph, 21, {}, { constants: new Set(['limit']) });
    expect(allowed.constants.get('scaled')).toEqual(float32([], [2]));
    expect(allowed.constants.has('transposed')).toBe(false);
  });

  it('may be read by a shape even where they come from float initialisers', () => {
    const graph = graphOf({
      inputs: [value('x', [1, 1, 4, 4])],
      initializers: { scales: float32([4], [1, 1, 1, 1.5]), two: float32([], [2]) },
      outputs: ['y'],
      nodes: [node('Mul', ['scales', 'two'], ['doubled']), node('Identity', ['doubled'], ['same']), node('Resize', ['x', '', 'same'], ['y'])],
    });
    const { types, constants } = inferTypes(graph, 21);
    expect(types.get('y')?.dims).toEqual([2, 2, 8, 12]);
    expect(constants.has('doubled')).toBe(false);
  });

  it('stay nodes above a million elements', () => {
    const graph = graphOf({
      initializers: { small: int64([2], [1000, 1000]), large: int64([2], [1000, 1001]) },
      outputs: ['a', 'b'],
      nodes: [node('ConstantOfShape', ['small'], ['a']), node('ConstantOfShape', ['large'], ['b'])],
    });
    const { constants, types } = inferTypes(graph, 21);
    expect(constants.has('a')).toBe(true);
    expect(constants.has('b')).toBe(false);
    expect(types.get('b')?.dims).toEqual([1000, 1001]);
  });
});

describe('errors', () => {
  const shaped = (op: string, a: readonly number[], b: readonly number[]): Graph =>
    graphOf({ inputs: [value('a', a), value('b', b)], outputs: ['y'], nodes: [node(op, ['a', 'b'], ['y'], 'the node')] });

  it('name the node and what does not fit', () => {
    expect(errorOf(() => inferTypes(shaped('Add', [2, 3], [4]), 21))).toBe(
      'SHAPE_MISMATCH: The shapes [2, 3] and [4] do not fit together in Add node "the node".',
    );
    const types = graphOf({
      initializers: { a: zeros('float32', [1]), b: zeros('int64', [1]) },
      outputs: ['y'],
      nodes: [node('Add', ['a', 'b'], ['y'])],
    });
    expect(errorOf(() => inferTypes(types, 21))).toBe('SHAPE_TYPES: Add node "y" takes inputs of one element type but was given float32 and int64.');
    expect(errorOf(() => inferTypes(shaped('Reshape', [2], [1]), 21))).toMatch(
      /^SHAPE_NOT_STATIC: .* Reshape node "the node" depends on the value of "b"/,
    );
    expect(errorOf(() => inferTypes(shaped('Unique', [2], [1]), 21))).toMatch(/^SHAPE_DYNAMIC: .* Unique node "the node"/);
    expect(errorOf(() => inferTypes(shaped('com.microsoft::FusedMatMul', [2], [1]), 21))).toMatch(
      /^GRAPH_UNKNOWN_OP: Node "the node" is a FusedMatMul/,
    );
    const axis = graphOf({
      inputs: [value('x', [2, 3])],
      initializers: { i: scalar('int64', 0) },
      outputs: ['y'],
      nodes: [node('Gather', ['x', 'i'], ['y'], 'g', { axis: 2 })],
    });
    expect(errorOf(() => inferTypes(axis, 21))).toBe('SHAPE_AXIS: Gather node "g" names axis 2, but its input has 2 dimensions.');
  });
});
