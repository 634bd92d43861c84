import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { prepareModel } from '../../src/bases/surgery/index.js';
import { isFloat, sizeOf, type Tensor, toNumbers } from '../../src/core/index.js';
import { ModelProtoSchema } from '../../src/engine/graph/generated/onnx_pb.js';
import {
  type Graph,
  inferTypes,
  type Model,
  rewrite,
  rewriteRules,
  specialise,
  staticTypes,
  type TensorType,
  writeModel,
} from '../../src/engine/graph/index.js';
import { run } from '../gradients/run.js';
import { type Golden, goldenInputs, goldenModel, goldenNames, readGolden } from '../support/golden.js';

/** Full-sized networks have a tiny one of the same structure here. */
const MOST_WEIGHTS = 2_000_000;

/** Rules for speed that look at every convolution and leave most as they are. */
const CHOOSY: ReadonlySet<string> = new Set(['unread-taps', 'depthwise-product', 'scaled-convolution']);

/** One name for each graph: many golden files train the same one in different ways. */
function distinctNames(): string[] {
  const seen = new Set<string>();
  return goldenNames().filter((name) => {
    const bytes = readFileSync(new URL(`../golden/${name}/model.onnx`, import.meta.url));
    const key = createHash('sha256').update(bytes).digest('hex');
    const weights = fromBinary(ModelProtoSchema, bytes).graph?.initializer.map(({ dims }) => sizeOf(dims.map(Number))) ?? [];
    const skipped = seen.has(key) || weights.reduce((sum, size) => sum + size, 0) > MOST_WEIGHTS;
    seen.add(key);
    return !skipped;
  });
}

function firstBatch(golden: Golden): Record<string, Tensor> {
  const rows = golden.spec.training.batchSize;
  return Object.fromEntries(
    Object.entries(goldenInputs(golden)).map(([name, { type, dims, data }]) => {
      const width = data.length / (dims[0] as number);
      return [name, { type, dims: [rows, ...dims.slice(1)], data: data.slice(0, rows * width) }];
    }),
  );
}

/** Every value's type as ONNX Runtime states it: each is declared an output without a type, and nothing runs. */
async function typesOfOnnxRuntime(model: Model): Promise<Map<string, string>> {
  const made = model.graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '');
  const outputs = made.map((name) => ({ name, type: { kind: 'tensor', type: 'unknown', dims: undefined } }) as const);
  const bytes = writeModel({ ...model, graph: { ...model.graph, outputs, valueInfo: new Map() } });
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled', logSeverityLevel: 4 });
  const types = session.outputMetadata.map((data) => [data.name, data.isTensor ? `${data.type} [${data.shape.join(', ')}]` : 'no tensor'] as const);
  await session.release();
  return new Map(types);
}

const show = ({ type, dims }: TensorType): string => `${type} [${dims.join(', ')}]`;

/** The largest difference, relative to the largest element. */
function difference(actual: Tensor | undefined, expected: Tensor): number {
  const [a, b] = [actual ? toNumbers(actual) : [], toNumbers(expected)];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(...b.map(Math.abs), 1e-30);
  return Math.max(0, ...b.map((value, i) => Math.abs(value - (a[i] as number)))) / scale;
}

/** Graph optimisers reorder float32 sums; a wrong formula is off by far more. */
const ROUNDING = 2e-5;

describe.each(distinctNames())('exported model %s', (name) => {
  const golden = readGolden(name);
  const model = prepareModel(goldenModel(golden));
  const opset = model.opsets.get('') as number;
  const feeds = firstBatch(golden);
  const dims = Object.fromEntries(Object.entries(feeds).map(([input, tensor]) => [input, tensor.dims]));
  const withGraph = (graph: Graph, version = opset): Model => ({ ...model, graph, opsets: new Map([['', version]]) });
  const parameters = (graph: Graph): string[] =>
    [...graph.initializers].filter(([, tensor]) => tensor.type !== 'opaque' && isFloat(tensor.type) && tensor.dims.length > 0).map(([key]) => key);

  it('has the static types ONNX Runtime states, and computes the same once specialised and rewritten', async () => {
    const graph = specialise(model.graph, opset, dims);
    const types = staticTypes(graph);
    const stated = await typesOfOnnxRuntime(withGraph(graph));
    expect(
      graph.nodes.flatMap((node) => node.outputs).filter((value) => value && show(types.get(value) as TensorType) !== stated.get(value)),
    ).toEqual([]);
    expect(stated.size).toBeGreaterThan(0);
    expect(new Map(inferTypes(graph, opset).types)).toEqual(types);

    const version = 23;
    const rewritten = rewrite(graph, types, version, rewriteRules(version));
    expect(rewritten.skipped.filter(({ rule }) => !CHOOSY.has(rule))).toEqual([]);
    const kept = new Set(rewritten.graph.initializers.keys());
    expect(parameters(model.graph).filter((key) => graph.initializers.has(key) && !kept.has(key))).toEqual([]);

    const expected = await run(model, feeds);
    for (const [stage, other] of [
      ['specialised', withGraph(graph)],
      ['rewritten', withGraph(rewritten.graph, version)],
    ] as const) {
      const actual = await run(other, feeds);
      for (const [output, value] of expected) expect(difference(actual.get(output), value), `${stage}: ${output}`).toBeLessThan(ROUNDING);
    }
  });
});
