import { describe, expect, it } from 'vitest';
import { graphOf, modelOf, node } from '../../../test/support/graph.js';
import { runOnnx } from '../../../test/support/ort.js';
import { float32, RegraftError, toNumbers } from '../../core/index.js';
import { inlineFunctions } from './inline.js';
import type { Attribute, FunctionBody, Model, Node } from './model.js';

const x = float32([2], [-1, 3]);

function reference(value: string, type: number): Attribute {
  return { kind: 'reference', value, bytes: Uint8Array.of(0xa0, 0x01, type) };
}

function body(name: string, parts: Partial<FunctionBody> & Pick<FunctionBody, 'inputs' | 'outputs' | 'nodes'>): FunctionBody {
  return {
    domain: 'local',
    name,
    overload: '',
    attributes: [],
    defaults: {},
    opsets: new Map([
      ['', 21],
      ['local', 1],
    ]),
    ...parts,
  };
}

function calling(nodes: readonly Node[], functions: readonly FunctionBody[], opset = 21): Model {
  const model = modelOf({ nodes, inputs: ['x'], outputs: ['y'] }, opset);
  return { ...model, functions, opsets: new Map([...model.opsets, ['local', 1]]) };
}

/** Runs both: ONNX Runtime inlines functions by itself. */
async function expectSame(model: Model): Promise<Model> {
  const inlined = inlineFunctions(model);
  expect(inlined.functions).toEqual([]);
  expect([...inlined.opsets.keys()]).toEqual(['']);
  const [a, b] = [await runOnnx(model, { x }), await runOnnx(inlined, { x })];
  expect(b.y && toNumbers(b.y)).toEqual(a.y && toNumbers(a.y));
  return inlined;
}

const leaky = body('Leaky', {
  inputs: ['a'],
  outputs: ['b'],
  attributes: [],
  defaults: { alpha: { kind: 'float', value: 0.5 } },
  nodes: [{ ...node('LeakyRelu', ['a'], ['h'], 'relu'), attributes: { alpha: reference('alpha', 1) } }, node('Neg', ['h'], ['b'], 'negate')],
});

describe('inlineFunctions', () => {
  it('gives attributes of the call, else their defaults', async () => {
    const calls = [node('local::Leaky', ['x'], ['m'], 'first', { alpha: 0.25 }), node('local::Leaky', ['m'], ['y'], 'second')];
    const inlined = await expectSame(calling(calls, [leaky]));
    expect(inlined.graph.nodes.map((inner) => [inner.op, inner.attributes.alpha, inner.outputs[0]])).toEqual([
      ['LeakyRelu', { kind: 'float', value: 0.25 }, 'first/h'],
      ['Neg', undefined, 'm'],
      ['LeakyRelu', { kind: 'float', value: 0.5 }, 'second/h'],
      ['Neg', undefined, 'y'],
    ]);
  });

  it('inlines functions in functions, and tells overloads apart', async () => {
    const twice = body('Twice', {
      inputs: ['p'],
      outputs: ['q'],
      nodes: [node('local::Leaky', ['p'], ['r']), { ...node('local::Leaky', ['r'], ['q']), overload: 'plain' }],
    });
    const plain = body('Leaky', { inputs: ['a'], outputs: ['b'], overload: 'plain', nodes: [node('Relu', ['a'], ['b'])] });
    const inlined = inlineFunctions(calling([node('local::Twice', ['x'], ['y'])], [twice, leaky, plain]));
    expect(inlined.graph.nodes.map((inner) => inner.op)).toEqual(['LeakyRelu', 'Neg', 'Relu']);
    const { y } = await runOnnx(inlined, { x });
    expect(y && toNumbers(y)).toEqual([0.5, 0]);
  });

  it('leaves out optional inputs and outputs, and copies an input that is an output', async () => {
    const pass = body('Pass', { inputs: ['a', 'low', 'high'], outputs: ['a', 'c'], nodes: [node('Clip', ['a', 'low', 'high'], ['c'])] });
    const inlined = inlineFunctions(calling([node('local::Pass', ['x'], ['z', 'k'], 'p'), node('Add', ['z', 'k'], ['y'])], [pass]));
    expect(inlined.graph.nodes[0]?.inputs).toEqual(['x', '', '']);
    const { y } = await runOnnx(inlined, { x });
    expect(y && toNumbers(y)).toEqual([-2, 6]);
    const partial = inlineFunctions(calling([node('local::Pass', ['x'], ['', 'y'], 'p')], [pass]));
    expect(partial.graph.nodes.map((inner) => inner.op)).toEqual(['Clip']);
  });

  it('renames and binds inside the subgraphs of a body', async () => {
    const then = graphOf({ nodes: [{ ...node('LeakyRelu', ['a'], ['x']), attributes: { alpha: reference('alpha', 1) } }], outputs: ['x'] });
    const otherwise = graphOf({ nodes: [node('Abs', ['a'], ['x'])], outputs: ['x'] });
    const choice = body('Choice', {
      inputs: ['a'],
      outputs: ['b'],
      defaults: { alpha: { kind: 'float', value: 2 } },
      nodes: [
        node('ReduceSum', ['a'], ['s'], 's', { keepdims: 0 }),
        node('Less', ['s', 's'], ['c']),
        node('If', ['c'], ['b'], 'if', { then_branch: otherwise, else_branch: then }),
      ],
    });
    const inlined = await expectSame(calling([node('local::Choice', ['x'], ['m'], 'one'), node('local::Choice', ['m'], ['y'], 'two')], [choice]));
    expect(inlined.graph.nodes).toHaveLength(6);
  });

  it('brings a function of an older opset and its model to one', async () => {
    const old = body('Old', {
      inputs: ['a'],
      outputs: ['b'],
      opsets: new Map([['', 11]]),
      nodes: [node('Unsqueeze', ['a'], ['u'], 'u', { axes: [0] }), node('Softmax', ['u'], ['b'])],
    });
    const inlined = inlineFunctions(calling([node('local::Old', ['x'], ['y'])], [old]));
    expect(inlined.opsets.get('')).toBe(21);
    const { y } = await runOnnx(inlined, { x });
    expect(y?.dims).toEqual([1, 2]);
    expect(y && toNumbers(y)[1]).toBeCloseTo(1 / (1 + Math.exp(-4)), 6);
  });

  it('refuses recursion and exponential growth', () => {
    const recursive = body('Again', { inputs: ['a'], outputs: ['b'], nodes: [node('local::Again', ['a'], ['b'])] });
    const code = (model: Model): string => {
      try {
        inlineFunctions(model);
      } catch (error) {
        return error instanceof RegraftError ? error.code : String(error);
      }
      return 'inlined';
    };
    expect(code(calling([node('local::Again', ['x'], ['y'])], [recursive]))).toBe('GRAPH_FUNCTION_CYCLE');
    const bomb = Array.from({ length: 30 }, (_, level) => {
      const call = level === 29 ? 'Abs' : `local::F${level + 1}`;
      return body(`F${level}`, { inputs: ['a'], outputs: ['b'], nodes: [node(call, ['a'], ['m']), node(call, ['m'], ['b'])] });
    });
    expect(code(calling([node('local::F0', ['x'], ['y'])], bomb))).toBe('GRAPH_FUNCTION_SIZE');
  });
});
