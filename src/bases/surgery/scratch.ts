import { float32, Random, sizeOf, type Tensor } from '../../core/index.js';
import type { Model, StoredTensor } from '../../engine/graph/index.js';
import { findParameters, type Parameter } from './parameters.js';

/**
 * The same architecture with untrained weights: matrices and kernels from He's normal distribution by fan-in (arXiv 1502.01852), scales of
 * normalisations 1, biases 0, running means 0 and variances 1. The stream of each parameter is its name.
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
  const deviation = Math.sqrt(2 / fanIn(name, dims, model));
  return float32(
    dims,
    Float32Array.from({ length: sizeOf(dims) }, () => deviation * random.normal()),
  );
}

/** Inputs that each output of the parameter's layer sums over. */
function fanIn(name: string, dims: readonly number[], model: Model): number {
  const node = model.graph.nodes.find((candidate) => candidate.inputs.includes(name));
  if (node?.op === 'Conv') return sizeOf(dims.slice(1));
  if (node?.op === 'Gemm') return (node.attributes['transB']?.kind === 'int' && node.attributes['transB'].value === 1 ? dims[1] : dims[0]) as number;
  return node?.op === 'Gather' ? (dims[1] as number) : (dims.at(-2) as number);
}

function filled(dims: readonly number[], value: number): Tensor {
  return float32(dims, new Float32Array(sizeOf(dims)).fill(value));
}
