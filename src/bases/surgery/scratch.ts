import { float32, Random, sizeOf, type Tensor } from '../../core/index.js';
import type { Model, StoredTensor } from '../../engine/graph/index.js';
import { findParameters, type Parameter } from './parameters.js';

/**
 * The same architecture with untrained weights: kernels from He's normal distribution by fan-in (arXiv 1502.01852), matrices from N(0, 1 / (3 · fan-in)) and
 * tables that rows are looked up in from N(0, 1), which are the variances of PyTorch's `Linear` and `Embedding`; scales of normalisations 1, biases 0,
 * running means 0 and variances 1. The stream of each parameter is its name.
 */
export function reinitialise(model: Model, seed: number): Model {
  const initializers = new Map<string, StoredTensor>(model.graph.initializers);
  const scales = new Set(model.graph.nodes.flatMap((node) => (/Normalization$/.test(node.op) ? node.inputs.slice(1, 2) : [])));
  for (const parameter of findParameters(model.graph)) initializers.set(parameter.name, fresh(parameter, scales, seed, model));
  for (const node of model.graph.nodes) {
    if (node.op !== 'BatchNormalization') continue;
    const [mean, variance] = node.inputs.slice(3, 5) as [string, string];
    for (const [name, value] of [
      [mean, 0],
      [variance, 1],
    ] as const) {
      const stored = initializers.get(name);
      if (stored !== undefined && stored.type !== 'opaque') initializers.set(name, filled(stored.dims, value));
    }
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

function fresh({ name, dims }: Parameter, scales: ReadonlySet<string>, seed: number, model: Model): Tensor {
  if (scales.has(name)) return filled(dims, 1);
  if (dims.length < 2) return filled(dims, 0);
  const random = new Random(seed, `scratch:${name}`);
  const deviation = Math.sqrt(varianceOf(name, dims, model));
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => deviation * random.normal()),
  );
}

/** By the layer that a parameter belongs to; He's variance is for kernels before a ReLU, and makes a transformer's sums grow from block to block. */
function varianceOf(name: string, dims: readonly number[], model: Model): number {
  const node = model.graph.nodes.find((candidate) => candidate.inputs.includes(name));
  if (node?.op === 'Conv') return 2 / sizeOf(dims.slice(1));
  if (node?.op === 'Gather') return 1;
  const isTransposed = node?.op === 'Gemm' && node.attributes['transB']?.kind === 'int' && node.attributes['transB'].value === 1;
  return 1 / (3 * (dims.at(isTransposed ? 1 : -2) as number));
}

function filled(dims: readonly number[], value: number): Tensor {
  return float32(dims, new Float32Array(sizeOf(dims)).fill(value));
}
