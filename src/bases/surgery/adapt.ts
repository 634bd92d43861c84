import { fail } from '../../core/index.js';
import { type Graph, inferTypes, type Model, pruneUnused } from '../../engine/graph/index.js';
import { tapFeatures } from './features.js';
import { findFeatures } from './find-features.js';
import { fixedBatch, freeBatch, nameBatch } from './free-batch.js';
import { attachHead, type HeadSpec } from './head.js';
import { nearest } from './nearest.js';
import { namesIn } from './nodes.js';
import { normalised } from './normalise.js';
import { findParameters } from './parameters.js';
import { type Pooling, poolTokens, type TokenMask } from './pool-tokens.js';

export interface AdaptSpec {
  /** Shape of one sample by data input, without the batch axis. */
  readonly sampleDims: Readonly<Record<string, readonly number[]>>;
  /** Values that feed the head, each pooled to a vector; the layer before the present head when left out. */
  readonly taps?: readonly string[];
  readonly head: HeadSpec;
  /** Width of the new output. */
  readonly outputs: number;
  readonly seed: number;
}

/** A base with a new head, and which parameters are new. */
export interface Adapted {
  readonly model: Model;
  readonly headParameters: readonly string[];
  /** The value the head reads, `[N, width]`. */
  readonly features: string;
}

/**
 * Cuts a base at its features and puts a new head there.
 * @throws HEAD_NOT_FOUND, TAP_UNKNOWN, TAP_RANK
 */
export function adaptModel(model: Model, { head, outputs, seed, ...wanted }: AdaptSpec): Adapted {
  const cut = cutModel(model, wanted);
  const graph = nameBatch(attachHead(cut.graph, cut.output, cut.width, outputs, head, seed));
  const known = new Set(findParameters(cut.graph).map(({ name }) => name));
  const headParameters = findParameters(graph).flatMap(({ name }) => (known.has(name) ? [] : [name]));
  return { model: { ...model, graph }, headParameters, features: cut.output };
}

/**
 * The graph up to a base's features, each tap pooled to a vector: one output `[N, width]`.
 * @throws HEAD_NOT_FOUND, TAP_UNKNOWN, TAP_RANK
 */
export function cutModel(model: Model, { sampleDims, taps }: Pick<AdaptSpec, 'sampleDims' | 'taps'>): ReturnType<typeof tapFeatures> {
  const opset = model.opsets.get('') ?? fail('GRAPH_NO_VALUE', { name: 'opset' });
  // What bound the model to one batch size may lie behind the cut, such as the decoding of boxes.
  const below = freeBatch({ ...model, graph: upTo(model.graph, taps ?? [findFeatures(model.graph)]) }).model.graph;
  const rows = fixedBatch(below) ?? 1;
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]));
  const { types } = inferTypes(below, opset, dims);
  return tapFeatures(
    below,
    below.outputs.map(({ name }) => name),
    types,
  );
}

/** What makes vectors of a text's tokens. */
export type TextCut = Pick<TextAdaptSpec, 'sampleDims' | 'tokens' | 'mask' | 'pooling'>;

export interface TextAdaptSpec extends Pick<AdaptSpec, 'sampleDims' | 'head' | 'outputs' | 'seed'> {
  /** The value that the head reads: `[N, T, C]` with a vector for each token, or `[N, C]`. */
  readonly tokens: string;
  readonly mask: TokenMask | undefined;
  /** How tokens become one vector; left out where each token has an answer of its own. */
  readonly pooling?: Pooling;
}

/**
 * Cuts a text model at its tokens and puts a new head there, on all of a text or on each token.
 * @throws TAP_UNKNOWN, TAP_RANK
 */
export function adaptTextModel(model: Model, { head, outputs, seed, ...wanted }: TextAdaptSpec): Adapted {
  const cut = cutText(model, wanted);
  const graph = nameBatch(attachHead(cut.graph, cut.output, cut.width, outputs, head, seed, wanted.pooling ? 'sample' : 'token'));
  const known = new Set(findParameters(cut.graph).map(({ name }) => name));
  const headParameters = findParameters(graph).flatMap(({ name }) => (known.has(name) ? [] : [name]));
  return { model: { ...model, graph }, headParameters, features: cut.output };
}

/**
 * Cuts a text model at its tokens; its output is a vector of length 1 for each text, `[N, C]`.
 * @throws TAP_UNKNOWN, TAP_RANK
 */
export function embedText(model: Model, wanted: TextCut & { readonly pooling: Pooling }): Adapted {
  const { graph, output } = normalised(cutText(model, wanted));
  return { model: { ...model, graph: nameBatch(graph) }, headParameters: [], features: output };
}

/** @throws TAP_UNKNOWN, TAP_RANK */
function cutText(
  model: Model,
  { sampleDims, tokens, mask, pooling }: TextCut,
): { readonly graph: Graph; readonly output: string; readonly width: number } {
  const opset = model.opsets.get('') ?? fail('GRAPH_NO_VALUE', { name: 'opset' });
  const below = upTo(model.graph, [tokens]);
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [1, ...sample]]));
  const found = inferTypes(below, opset, dims).types.get(tokens)?.dims ?? [];
  const isPooled = found.length === 2;
  if (found.length !== 3 && !(isPooled && pooling)) fail('TAP_RANK', { tap: tokens, dims: found.join('×') });
  const cut = pooling && !isPooled ? poolTokens(below, tokens, pooling, mask) : { graph: below, output: tokens };
  return { ...cut, width: found.at(-1) as number };
}

/** What `taps` need. What comes behind may have shapes that depend on data, such as the boxes a detector found. */
function upTo(graph: Graph, taps: readonly string[]): Graph {
  const made = namesIn(graph);
  const unknown = taps.find((tap) => !made.has(tap));
  if (unknown !== undefined) fail('TAP_UNKNOWN', { tap: unknown, near: nearest(unknown, [...made]) });
  const outputs = taps.map((name) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } }));
  return pruneUnused({ ...graph, outputs });
}

/** A model whose first output gives logits: where that output is a Softmax, the values it is computed from. */
export function withLogits(model: Model): Model {
  const { graph } = model;
  const [first, ...others] = graph.outputs;
  const producer = graph.nodes.find((node) => node.outputs[0] === first?.name);
  if (producer?.op !== 'Softmax' || producer.domain !== '') return model;
  const logits = { name: producer.inputs[0] as string, type: { kind: 'tensor' as const, type: 'float32' as const, dims: undefined } };
  return { ...model, graph: { ...graph, outputs: [logits, ...others] } };
}
