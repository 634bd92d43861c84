import { float32, Random, sizeOf } from '../../core/index.js';
import type { Graph, Model, ValueInfo } from '../../engine/graph/index.js';
import { type Adapted, type AdaptSpec, cutModel } from './adapt.js';
import { Additions } from './additions.js';
import { nameBatch } from './free-batch.js';
import { attachHead, type HeadSpec } from './head.js';
import { normalised } from './normalise.js';
import { findParameters } from './parameters.js';

export interface EmbedSpec extends Pick<AdaptSpec, 'sampleDims' | 'taps' | 'seed'> {
  /** What projects the features, and to which length D; left out where they are the vectors themselves. */
  readonly projection?: { readonly head: HeadSpec; readonly width: number };
  /** How many class centres are trained along with the model, where its loss compares samples with such. */
  readonly centres?: number;
}

/** A model that trains on `[N, D]`, or with centres on `[N, D + C]`, and answers with `outputs`, `[N, D]`. */
export interface Embedded extends Adapted {
  readonly outputs: readonly ValueInfo[];
}

/**
 * Cuts a base at its features and makes vectors of length 1 of them. With `centres`, the output of the model is followed by the cosines of each vector
 * with C directions, `[N, C]`, which `outputs` do without.
 * @throws HEAD_NOT_FOUND, TAP_UNKNOWN, TAP_RANK
 */
export function embedModel(model: Model, { projection, centres, seed, ...wanted }: EmbedSpec): Embedded {
  const cut = cutModel(model, wanted);
  const headed = projection ? attachHead(cut.graph, cut.output, cut.width, projection.width, projection.head, seed) : cut.graph;
  const known = new Set(findParameters(cut.graph).map(({ name }) => name));
  const head = findParameters(headed).flatMap(({ name }) => (known.has(name) ? [] : [name]));
  const width = projection?.width ?? cut.width;
  const unit = normalised({ graph: headed, output: headed.outputs[0]?.name as string, width });
  const graph = nameBatch(unit.graph);
  const whole = { headParameters: head, features: cut.output, outputs: graph.outputs };
  if (centres === undefined) return { ...whole, model: { ...model, graph } };
  const compared = withCentres(graph, unit.output, width, centres, seed);
  return { ...whole, model: { ...model, graph: compared.graph }, headParameters: [...head, compared.weight] };
}

/** Vectors and, behind them, their cosines with `count` directions, the rows of a new parameter `centres/weight` `[count, width]`. */
function withCentres(graph: Graph, vectors: string, width: number, count: number, seed: number): { readonly graph: Graph; readonly weight: string } {
  const add = new Additions(graph, 'centres');
  const random = new Random(seed, 'centres');
  const dims = [count, width];
  const weight = add.constant(
    'weight',
    float32(
      dims,
      Float32Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)),
    ),
  );
  const cosines = add.node('Gemm', [vectors, add.node('LpNormalization', [weight], { axis: 1, p: 2 })], { transB: 1 });
  const output = add.node('Concat', [vectors, cosines], { axis: 1 });
  const outputs = [{ name: output, type: { kind: 'tensor' as const, type: 'float32' as const, dims: [null, width + count] } }];
  return { graph: { ...add.graph(), outputs }, weight };
}
