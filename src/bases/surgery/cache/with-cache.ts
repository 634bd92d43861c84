import { RegraftError } from '../../../core/index.js';
import { type Dim, type Graph, type Model, type Node, pruneUnused } from '../../../engine/graph/index.js';
import { Attention } from './attention.js';
import { DATA, IDS } from './kinds.js';
import { endingOf } from './last.js';
import { Lengths } from './lengths.js';
import { type Part, pastName, presentName, recentName } from './names.js';
import { refuse, refuseNode } from './refuse.js';
import { Rows } from './rows.js';
import { operandsOf } from './rules.js';
import { CacheTrial } from './trial.js';

/** The keys, or the values, of one layer: names of an input, an input and an output, each `[N, heads, …, width]`. */
export interface CachePart {
  /** What was cached long ago; may be empty. */
  readonly past: string;
  /** What was cached since; may be empty. */
  readonly recent: string;
  /** The recent part with that of the new tokens behind it. */
  readonly present: string;
  readonly heads: number;
  readonly width: number;
}

export interface CachedModel {
  /**
   * Inputs: `input_ids` of the new tokens `[N, T]`; `attention_mask` of all tokens `[N, P + R + T]` where the plain model has one; `position_ids`
   * `[N, T]` where that is so, or where the plain model has them; the cache. Outputs: scores of what may follow the last token `[N, 1, V]`, under the
   * name they have in the plain model, first; the cache.
   */
  readonly model: Model;
  readonly cache: readonly CachePart[];
  /** Tokens that the tables of the model are made for; absent where there is no such limit. */
  readonly maxLength?: number;
}

/** @throws CACHE_NOT_FOUND naming what has no known place in the model */
export function cachedModel(model: Model): CachedModel {
  try {
    return rewritten(model);
  } catch (error) {
    if (!(error instanceof RegraftError) || error.code === 'CACHE_NOT_FOUND') throw error;
    return refuse(error.message.replace(/\.$/, ''), error);
  }
}

function rewritten(model: Model): CachedModel {
  const trial = new CacheTrial(model);
  const attention = new Attention(trial);
  const output = scoresOf(trial);
  write(trial, attention, output);
  const cache = Array.from({ length: attention.layers }, (_, layer) => [partOf(trial, layer, 'key'), partOf(trial, layer, 'value')]).flat();
  const limit = lengthLimit(trial);
  return { model: { ...model, graph: graphOf(trial, cache, output) }, cache, ...(limit !== undefined && { maxLength: limit }) };
}

/** The first output, scores `[N, T, V]`. @throws CACHE_NOT_FOUND */
function scoresOf(trial: CacheTrial): string {
  const { name = '' } = trial.plain.outputs[0] ?? {};
  const isPerToken = trial.kind(name) & IDS && trial.short(name).length === 3 && String(trial.varying(name)) === '1';
  return isPerToken ? name : refuse(`its first output "${name}" is not [batch, sequence, vocabulary]`);
}

function write(trial: CacheTrial, attention: Attention, output: string): void {
  const lengths = new Lengths(trial);
  const operands = { trial, lengths, rows: new Rows(trial, lengths) };
  const { nodes: ending, cut } = endingOf(trial, output);
  // Where nothing can be computed for the last token alone, the output itself is cut.
  const last = cut === output ? `${output}/all` : cut;
  const needed = pruneUnused({ ...trial.plain, outputs: trial.plain.outputs.slice(0, 1) }).nodes;
  for (const node of needed) {
    const named = cut === output ? renamed(node, output, last) : node;
    if (ending.has(node)) trial.add({ ...named, inputs: named.inputs.map((name) => (name === cut ? lastOf(trial, cut) : name)) });
    else writeNode(operands, attention, node, named);
  }
  if (cut === output) addLast(trial, last, output);
}

/** Which token is last is the same in every text: they are padded in front. */
function lastOf(trial: CacheTrial, name: string): string {
  const last = `${name}/last`;
  if (!trial.nodes.some(({ outputs }) => outputs[0] === last)) addLast(trial, name, last);
  return last;
}

function addLast(trial: CacheTrial, name: string, output: string): void {
  const inputs = [name, trial.ints(-1), trial.ints(Number.MAX_SAFE_INTEGER), trial.ints(1)];
  trial.add({ name: output, op: 'Slice', domain: '', inputs, outputs: [output], attributes: {} });
}

function renamed(node: Node, from: string, to: string): Node {
  const change = (name: string): string => (name === from ? to : name);
  return { ...node, name: change(node.name), outputs: node.outputs.map(change) };
}

function writeNode(operands: Parameters<typeof operandsOf>[0], attention: Attention, node: Node, named: Node): void {
  const { trial } = operands;
  const kind = trial.kind(node.outputs[0] as string);
  if (kind === 0) trial.add(named);
  if (!(kind & DATA)) return;
  if (attention.has(node)) attention.write(named, node);
  else trial.add({ ...named, inputs: operandsOf(operands, node) });
  node.outputs.forEach((name, i) => {
    if (name !== '') checkDims(trial, node, name, named.outputs[i] as string);
  });
}

/** Each axis has the size of the new tokens, or that of all. */
function checkDims(trial: CacheTrial, node: Node, name: string, written: string): void {
  const [short, long, dims] = [trial.short(name), trial.long(name), trial.dims(written)];
  const fits = dims.length === short.length && dims.every((dim, axis) => dim === short[axis] || dim === long[axis]);
  if (!fits) refuseNode(node, `would give [${dims.join(', ')}] for 2 new of 7 tokens, not [${short.join(', ')}]`);
}

function partOf(trial: CacheTrial, layer: number, part: Part): CachePart {
  const [, heads = 0, , width = 0] = trial.dims(pastName(layer, part));
  return { past: pastName(layer, part), recent: recentName(layer, part), present: presentName(layer, part), heads, width };
}

/** The smallest table that is read by place. */
function lengthLimit(trial: CacheTrial): number | undefined {
  const limits = trial.plain.nodes.flatMap((node) => {
    const [table = '', places = ''] = node.inputs;
    const [name = ''] = node.outputs;
    if (trial.kind(table) !== 0 || trial.kind(name) === 0) return [];
    if (node.op === 'Gather') return trial.kind(places) & IDS || trial.varying(places).length === 0 ? [] : (trial.short(table)[0] ?? []);
    return node.op === 'Slice' ? trial.varying(name).map((axis) => (trial.short(table)[axis] as number) - startOf(trial, node)) : [];
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** Rows that a Slice leaves out in front. */
function startOf(trial: CacheTrial, node: Node): number {
  return Math.max(0, ...(trial.numbers(node.inputs[1] as string) ?? []));
}

function graphOf(trial: CacheTrial, cache: readonly CachePart[], output: string): Graph {
  const float = (name: string, dims: readonly Dim[]) => ({ name, type: { kind: 'tensor' as const, type: 'float32' as const, dims } });
  const presents = cache.map(({ present, heads, width }) => float(present, ['batch', heads, null, width]));
  const outputs = [float(output, ['batch', 1, trial.short(output)[2] as number]), ...presents];
  return pruneUnused({
    ...trial.plain,
    inputs: trial.inputs,
    outputs,
    nodes: trial.nodes,
    initializers: trial.initializers,
    valueInfo: new Map(),
  });
}
