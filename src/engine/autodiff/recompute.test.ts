import { describe, expect, it } from 'vitest';
import { goldenInputs, goldenModel, readGolden } from '../../../test/support/golden.js';
import { runOnnx } from '../../../test/support/ort.js';
import { prepareModel } from '../../bases/surgery/index.js';
import { type Tensor, toNumbers } from '../../core/index.js';
import { GraphBuilder, type Model, reads, specialise, staticTypes } from '../graph/index.js';
import { differentiate } from './differentiate.js';
import { segmentsOf } from './segments.js';

/** Copies of a node run in other fusions and sums than the node itself: float rounding, 1e-7 an operation, through some ten layers. */
const ROUNDING = 1e-5;
const PIECES = 4;

type Choose = (b: GraphBuilder) => Parameters<typeof differentiate>[3];

const kept: Choose = () => undefined;

/** Pieces of as many nodes, wherever that cuts. */
const pieces: Choose = (b) => {
  const size = Math.ceil(b.nodes.length / PIECES);
  return Array.from({ length: PIECES }, (_, i) => b.nodes.slice(i * size, (i + 1) * size));
};

interface Backward {
  readonly model: Model;
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Float values that the forward pass makes. */
  readonly made: ReadonlySet<string>;
  readonly segments: ReturnType<typeof segmentsOf>;
}

/** The gradients of the mean square of a golden model's output by its parameters. */
function backwardOf(name: string, choose: Choose): Backward {
  const golden = readGolden(name);
  const prepared = prepareModel(goldenModel(golden));
  const rows = golden.spec.training.batchSize;
  const inputs = Object.fromEntries(Object.entries(goldenInputs(golden)).map(([key, tensor]) => [key, firstRows(tensor, rows)]));
  const opset = prepared.opsets.get('') as number;
  const graph = specialise(prepared.graph, opset, Object.fromEntries(Object.entries(inputs).map(([key, { dims }]) => [key, dims])));
  const b = GraphBuilder.from(graph, staticTypes(graph), opset);
  const output = b.value(graph.outputs[0]?.name ?? '');
  const loss = b.reduceMean(b.mul(output, output), [...output.dims.keys()], false);
  const made = new Set(b.nodes.flatMap(({ outputs }) => outputs).filter((name) => b.value(name).type === 'float32'));
  const segments = choose(b);
  const names = golden.gradients.map((gradient) => gradient.name);
  const gradients = differentiate(b, loss, names, segments);
  const outputs = names.map((key) => b.op('Identity', [gradients.get(key) as ReturnType<typeof b.value>]));
  return { model: b.model(outputs), inputs, made, segments: segments ?? [] };
}

function firstRows({ type, dims, data }: Tensor, rows: number): Tensor {
  return { type, dims: dims.with(0, rows), data: data.slice(0, (rows * data.length) / (dims[0] as number)) };
}

async function resultsOf({ model, inputs }: Backward): Promise<number[][]> {
  const results = await runOnnx(model, inputs);
  return model.graph.outputs.map(({ name }) => toNumbers(results[name] as Tensor));
}

const norm = (values: readonly number[]): number => Math.hypot(...values);

describe('gradients are the same, whatever is computed again', () => {
  it.each(['bert-like', 'resnet-tiny', 'lstm', 'gpt-like', 'mobilenetv3-tiny'])('%s', async (name) => {
    const expected = await resultsOf(backwardOf(name, kept));
    const scale = Math.max(...expected.map(norm));
    for (const choose of [pieces, segmentsOf]) {
      const found = await resultsOf(backwardOf(name, choose));
      for (const [i, values] of found.entries()) {
        const wanted = expected[i] as number[];
        expect(norm(values.map((value, at) => value - (wanted[at] as number)))).toBeLessThan(ROUNDING * (norm(wanted) + 1e-2 * scale));
      }
    }
  });
});

it('the backward pass reads what crosses from one segment to another, and what the last one makes', () => {
  const { model, made, segments } = backwardOf('bert-like', pieces);
  const home = new Map(segments.flatMap((segment, i) => segment.flatMap(({ outputs }) => outputs.map((name) => [name, i] as const))));
  const crossing = new Set(segments.flatMap((segment, i) => segment.flatMap((node) => reads(node).filter((name) => (home.get(name) ?? i) !== i))));
  const backward = model.graph.nodes.filter(({ outputs }) => !outputs.some((name) => made.has(name)));
  const inner = new Set(backward.flatMap(reads).filter((name) => made.has(name) && home.get(name) !== segments.length - 1 && !crossing.has(name)));
  // What comes from token ids, masks and weights alone is kept.
  const fromInputs = new Set(segments.flat().flatMap((node) => (reads(node).some((name) => made.has(name)) ? [] : node.outputs)));
  expect([...inner].filter((name) => !fromInputs.has(name))).toEqual([]);
  expect(backward.some(({ name }) => name.includes('.again'))).toBe(true);
});

it('cuts lie between the blocks of a network', () => {
  const b = new GraphBuilder(21);
  const x = b.input('x', 'float32', [64, 8]);
  const wide = b.full('float32', [8, 256], 0.1);
  const narrow = b.full('float32', [256, 8], 0.1);
  let y = x;
  const ends: string[] = [];
  for (let i = 0; i < 16; i++) {
    y = b.add(y, b.matMul(b.op('Relu', [b.matMul(y, wide)]), narrow));
    ends.push(y.name);
  }
  const segments = segmentsOf(b);
  expect(segments.length).toBeGreaterThan(3);
  expect(segments.flat()).toEqual(b.nodes);
  for (const segment of segments) expect(ends).toContain(segment.at(-1)?.outputs[0]);
});
