import { fail, float32, fromNumbers, Random, RegraftError, type Tensor, toFloat32 } from '../../../core/index.js';
import { type Graph, inferTypes, type Node, reads, type ValueInfo } from '../../../engine/graph/index.js';
import type { GraphEdit } from './edit.js';
import { findLayers, type Layer, type Use } from './layers.js';
import type { Method } from './method.js';
import type { PromptTuningSpec } from './spec.js';

/**
 * The embedded tokens of each text `[N, T, width]` get learnt vectors `[tokens, width]` before them. All that depends on the number of tokens, such as
 * positions, sees T + tokens: token numbers are preceded by copies of the first, masks by ones, types by zeros. A model's table of positions must
 * have room for them. Vectors begin as rows of the embedding, drawn at random.
 */
export const promptTuning: Method<PromptTuningSpec> = {
  add: (edit, { tokens }, { graph, opset, seed }) => {
    const { layer, use, input } = tokenEmbedding(graph);
    const prompt = edit.parameter('prompt_embeddings', sampledRows(graph, layer, tokens, seed));
    for (const other of dataInputs(graph)) if (isAlongside(other, input)) extend(edit, graph, other, input, tokens, use.node);
    prepend(edit, use, input.name, prompt);
    checkLengths(edit.finish(), opset);
  },
};

interface TokenEmbedding {
  readonly layer: Layer;
  readonly use: Use;
  readonly input: ValueInfo;
}

/** What stands in for dimensions that the file leaves open. */
const OPEN_DIMENSION = 8;

/** @throws ADAPTER_FIXED_LENGTH where a number of tokens is built into the graph */
function checkLengths(graph: Graph, opset: number): void {
  const sized = dataInputs(graph).map((info) => [info.name, dimsOf(info).map((dim) => (typeof dim === 'number' ? dim : OPEN_DIMENSION))]);
  try {
    inferTypes(graph, opset, Object.fromEntries(sized));
  } catch (error) {
    if (!(error instanceof RegraftError)) throw error;
    fail('ADAPTER_FIXED_LENGTH', { reason: error.message }, error);
  }
}

/** The largest table that an input of token numbers `[N, T]` is looked up in. @throws ADAPTER_NO_TOKENS */
function tokenEmbedding(graph: Graph): TokenEmbedding {
  const inputs = new Map(dataInputs(graph).map((info) => [info.name, info]));
  const found = findLayers(graph).flatMap((layer) =>
    layer.uses.flatMap((use) => {
      const input = inputs.get(layer.kind === 'embedding' ? use.input : '');
      return input && dimsOf(input).length === 2 ? [{ layer, use, input }] : [];
    }),
  );
  const [largest] = found.sort((a, b) => b.layer.from - a.layer.from);
  return largest ?? fail('ADAPTER_NO_TOKENS', { inputs: [...inputs.keys()].join(', ') });
}

function dataInputs(graph: Graph): readonly ValueInfo[] {
  return graph.inputs.filter(({ name }) => !graph.initializers.has(name));
}

function dimsOf({ type }: ValueInfo): readonly unknown[] {
  return type.kind === 'tensor' ? (type.dims ?? []) : [];
}

/** Whether an input has a number for each token. */
function isAlongside(other: ValueInfo, tokens: ValueInfo): boolean {
  return other.name === tokens.name || String(dimsOf(other)) === String(dimsOf(tokens));
}

function sampledRows(graph: Graph, { weight, from, to }: Layer, tokens: number, seed: number): Tensor {
  const table = toFloat32(graph.initializers.get(weight) as Tensor).data as Float32Array;
  const random = new Random(seed, 'prompt_embeddings');
  const rows = new Float32Array(tokens * to);
  for (let token = 0; token < tokens; token++) {
    const row = random.integer(from);
    rows.set(table.subarray(row * to, (row + 1) * to), token * to);
  }
  return float32([tokens, to], rows);
}

/** What stands before the numbers of an input: for token numbers the first one of the text, which no model takes for padding. */
function filler(name: string, tokens: string): 'first' | 'ones' | 'zeros' | 'positions' {
  if (name === tokens) return 'first';
  if (/position/i.test(name)) return 'positions';
  return /mask/i.test(name) ? 'ones' : 'zeros';
}

function extend(edit: GraphEdit, graph: Graph, info: ValueInfo, tokenInput: ValueInfo, tokens: number, lookup: Node): void {
  const { name, type } = info;
  const element = type.kind === 'tensor' && type.type !== 'string' && type.type !== 'unknown' ? type.type : 'int64';
  const place = 'start';
  const ints = (values: readonly number[], hint: string): string => edit.ints(place, values, `${name}/prompt/${hint}`);
  const length = edit.node(place, 'Shape', [name], `${name}/prompt/texts`, { start: 0, end: 1 });
  const shape = edit.node(place, 'Concat', [length, ints([tokens], 'tokens')], `${name}/prompt/shape`, { axis: 0 });
  const kind = filler(name, tokenInput.name);
  const numbers = Array.from({ length: tokens }, (_, at) => (kind === 'positions' ? at : kind === 'ones' ? 1 : 0));
  const first = (): string => edit.node(place, 'Slice', [name, ints([0], 'start'), ints([1], 'end'), ints([1], 'axis')], `${name}/prompt/first`);
  const row = kind === 'first' ? first() : edit.constant(place, fromNumbers(element, [1, tokens], numbers), `${name}/prompt/row`);
  const before = edit.node(place, 'Expand', [row, shape], `${name}/prompt`);
  const shift = (): string =>
    edit.node(place, 'Add', [name, edit.constant(place, fromNumbers(element, [1], [tokens]), `${name}/prompt/shift`)], `${name}/shifted`);
  const behind = kind === 'positions' ? shift() : name;
  const extended = edit.node(place, 'Concat', [before, behind], `${name}/extended`, { axis: 1 });
  for (const node of graph.nodes) if (node !== lookup && reads(node).includes(name)) edit.redirect(node, name, extended);
}

function prepend(edit: GraphEdit, { node, output }: Use, input: string, prompt: string): void {
  const place = { after: node };
  const words = edit.takeOver(node, output);
  const texts = edit.node(place, 'Shape', [input], 'prompt/texts', { start: 0, end: 1 });
  const sizes = edit.node(place, 'Shape', [prompt], 'prompt/sizes');
  const shape = edit.node(place, 'Concat', [texts, sizes], 'prompt/shape', { axis: 0 });
  const all = edit.node(place, 'Expand', [prompt, shape], 'prompt');
  edit.give(place, 'Concat', [all, words], output, { axis: 1 });
}
