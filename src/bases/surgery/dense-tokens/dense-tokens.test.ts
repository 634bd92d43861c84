import { expect, it } from 'vitest';
import { modelOf, node } from '../../../../test/support/graph.js';
import { runOnnx } from '../../../../test/support/ort.js';
import { float32, int64, type Tensor, toNumbers } from '../../../core/index.js';
import type { Model, Node } from '../../../engine/graph/index.js';
import { findParameters } from '../parameters.js';
import { denseTokens } from './index.js';

const PADDING = -7;
const TABLE = [0.5, -1, 2, 3, -0.25, 1, 4, 0.125];

/** Sums over the tokens of each text what `rows` makes of `read`, the rows of a table: `[n, 2]`. */
function encoder(rows: readonly Node[], { longest }: { readonly longest?: number } = {}): Model {
  const clip = [
    node('Slice', ['indices', 'one', 'two', 'one'], ['column']),
    node('Squeeze', ['column', 'one'], ['place']),
    node('Less', ['place', 'longest'], ['isKept']),
    node('NonZero', ['isKept'], ['keptPlaces']),
    node('Squeeze', ['keptPlaces', 'zero'], ['keptRows']),
    node('Gather', ['indices', 'keptRows'], ['keptIndices'], 'keptIndices', { axis: 0 }),
    node('Gather', ['values', 'keptRows'], ['keptValues'], 'keptValues', { axis: 0 }),
  ];
  const [indices, values] = longest === undefined ? ['indices', 'values'] : ['keptIndices', 'keptValues'];
  return modelOf({
    inputs: [
      { name: 'indices', type: { kind: 'tensor', type: 'int64', dims: ['n', 2] } },
      { name: 'values', type: { kind: 'tensor', type: 'int64', dims: ['n'] } },
    ],
    outputs: ['sums', 'means'],
    initializers: {
      zero: int64([1], [0]),
      one: int64([1], [1]),
      two: int64([1], [2]),
      padding: int64([], [PADDING]),
      longest: int64([], [longest ?? 0]),
      zeros: float32([], [0]),
      table: float32([4, 2], TABLE),
      weight: float32([2, 2], [1, -2, 0.5, 3]),
      bias: float32([2], [10, 20]),
    },
    nodes: [
      ...(longest === undefined ? [] : clip),
      node('ReduceMax', [indices, 'zero'], ['last'], 'last', { keepdims: 0 }),
      node('Add', ['last', 'one'], ['dims']),
      node('Expand', ['padding', 'dims'], ['empty']),
      node('ScatterND', ['empty', indices, values], ['ids']),
      node('Greater', ['ids', 'padding'], ['mask']),
      node('NonZero', ['mask'], ['nonZero']),
      node('Transpose', ['nonZero'], ['places'], 'places', { perm: [1, 0] }),
      node('Gather', ['table', values], ['read'], 'read', { axis: 0 }),
      ...rows,
      node('Shape', ['mask'], ['shape']),
      node('Concat', ['shape', 'two'], ['wide'], 'wide', { axis: 0 }),
      node('Expand', ['zeros', 'wide'], ['blank']),
      node('ScatterND', ['blank', 'places', 'made'], ['back'], 'back', { reduction: 'add' }),
      node('GatherND', ['back', 'places'], ['again']),
      node('ScatterND', ['blank', 'places', 'again'], ['twice']),
      node('ReduceSum', ['back', 'one'], ['sums'], 'sums', { keepdims: 0 }),
      node('ReduceSum', ['twice', 'one'], ['means'], 'means', { keepdims: 0 }),
    ],
  });
}

const LINEAR = [node('MatMul', ['read', 'weight'], ['product']), node('Add', ['product', 'bias'], ['made'])];

async function compare(model: Model, texts: readonly (readonly number[])[], length: number): Promise<void> {
  const dense = denseTokens(model);
  expect(dense).toMatchObject({ input: 'input_ids', padding: PADDING });
  const ids = texts.flat();
  const places = texts.flatMap((text, row) => text.flatMap((_, column) => [row, column]));
  const expected = await runOnnx(model, { indices: int64([ids.length, 2], places), values: int64([ids.length], ids) });
  const matrix = texts.flatMap((text) => Array.from({ length }, (_, place) => text[place] ?? PADDING));
  const found = await runOnnx((dense as NonNullable<typeof dense>).model, { input_ids: int64([texts.length, length], matrix) });
  for (const name of ['sums', 'means']) expect(toNumbers(found[name] as Tensor)).toEqual(toNumbers(expected[name] as Tensor));
}

it('rows of tokens become rows of all places, which padding leaves as they are', async () => {
  const model = encoder(LINEAR);
  await compare(model, [[1, 2, 3], [0], [3, 3]], 3);
  await compare(model, [[2], [1, 0]], 5);
  const names = findParameters((denseTokens(model) as NonNullable<ReturnType<typeof denseTokens>>).model.graph).map(({ name }) => name);
  expect(names.sort()).toEqual(['bias', 'table', 'weight']);
});

it('tokens beyond the greatest length do not count', async () => {
  const model = encoder(LINEAR, { longest: 2 });
  await compare(model, [[1, 2, 3, 1], [0]], 4);
  expect(denseTokens(model)?.length).toBe(2);
});

it('the place of a token is known in each row', async () => {
  const place = [node('Cast', ['places'], ['numbers'], 'numbers', { to: 1 }), node('Add', ['read', 'numbers'], ['made'])];
  await compare(encoder(place), [[1, 2, 3], [2]], 4);
});

it.each([
  ['a sum over them', [node('ReduceSum', ['read', 'zero'], ['all']), node('Add', ['read', 'all'], ['made'])]],
  ['a softmax along them', [node('Softmax', ['read'], ['made'], 'made', { axis: 0 })]],
  [
    'products between them',
    [node('Transpose', ['read'], ['columns']), node('MatMul', ['read', 'columns'], ['pairs']), node('MatMul', ['pairs', 'read'], ['made'])],
  ],
  ['a running sum', [node('CumSum', ['read', 'first'], ['made'])]],
])('a model that computes across its rows stays as it is: %s', (_, rows) => {
  const model = encoder(rows);
  const initializers = new Map(model.graph.initializers).set('first', int64([], [0]));
  expect(denseTokens({ ...model, graph: { ...model.graph, initializers } })).toBeUndefined();
});

it('a model that takes no sparse matrix stays as it is', () => {
  expect(denseTokens(modelOf({ inputs: ['x'], outputs: ['y'], nodes: [node('Relu', ['x'], ['y'])] }))).toBeUndefined();
});
