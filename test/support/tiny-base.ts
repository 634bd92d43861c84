import { float32, Random, sizeOf, type Tensor } from '../../src/core/index.js';
import { GraphBuilder, type Model, type Value } from '../../src/engine/graph/index.js';

const OPSET = 17;

/** A small convolutional classifier of images `[N, 3, size, size]` with BatchNormalization, as a base to start from. */
export function tinyBase(classes = 5, size = 32): Model {
  const b = new GraphBuilder(OPSET);
  let x = b.input('image', 'float32', [1, 3, size, size]);
  for (const [i, [from, to]] of [[3, 8] as const, [8, 12] as const, [12, 16] as const].entries()) x = block(b, x, `block${i}`, from, to);
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [x])]);
  const logits = b.op('Gemm', [pooled, weight(b, 'fc.weight', [classes, 16]), weight(b, 'fc.bias', [classes])], { transB: 1 });
  return withOpenBatch(b.model([logits]));
}

/** Convolution with stride 2, BatchNormalization, ReLU. */
function block(b: GraphBuilder, x: Value, name: string, from: number, to: number): Value {
  const convolved = b.op('Conv', [x, weight(b, `${name}.conv.weight`, [to, from, 3, 3])], { strides: [2, 2], pads: [1, 1, 1, 1] });
  const statistics = [weight(b, `${name}.norm.scale`, [to], 0.8, 1.2), weight(b, `${name}.norm.shift`, [to]), weight(b, `${name}.norm.mean`, [to])];
  return b.op('Relu', [b.op('BatchNormalization', [convolved, ...statistics, weight(b, `${name}.norm.variance`, [to], 0.5, 1.5)])]);
}

function weight(b: GraphBuilder, name: string, dims: readonly number[], low?: number, high?: number): Value {
  const bound = 1 / Math.sqrt(sizeOf(dims.slice(1)));
  return b.initializer(name, drawn(name, dims, low ?? -bound, high ?? bound));
}

function drawn(name: string, dims: readonly number[], low: number, high: number): Tensor {
  const random = new Random(0, name);
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(low, high)),
  );
}

function withOpenBatch(model: Model): Model {
  const open = (infos: Model['graph']['inputs']): Model['graph']['inputs'] =>
    infos.map(({ name, type }) => ({ name, type: type.kind === 'tensor' && type.dims ? { ...type, dims: [null, ...type.dims.slice(1)] } : type }));
  return { ...model, graph: { ...model.graph, inputs: open(model.graph.inputs), outputs: open(model.graph.outputs) } };
}
