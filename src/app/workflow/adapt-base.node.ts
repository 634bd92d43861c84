import type { Purpose } from '../../bases/importers/index.node.js';
import {
  adaptModel,
  adaptTextModel,
  embedModel,
  embedText,
  findFeatures,
  fixedBatch,
  type HeadSpec,
  joinSpans,
  stageEnds,
  withLogits,
} from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import { inferTypes, type Model, type TensorType } from '../../engine/graph/index.js';
import type { SampleDims } from '../../learning/data/index.js';
import { type Task, taskOf } from '../../learning/tasks/index.js';
import type { RunSpec } from '../spec/index.js';
import { adaptForMasks, keepForMasks } from './adapt-masks.js';
import type { AdaptedBase } from './adapted-base.js';
import type { Base } from './base.node.js';
import type { RunData } from './data.node.js';
import type { TextSession } from './text-session.node.js';

/** What a text model is read for: a new head wants its features, unless it is the knowledge of words that is trained. */
export function purposeOf({ task, head }: RunSpec): Purpose | undefined {
  const { text } = taskOf(task);
  if (text === undefined) return undefined;
  if (text.unit === 'embedding') return 'features';
  if (text.unit === 'text' || text.unit === 'token') return head.name === 'keep' ? undefined : 'features';
  return text.unit;
}

/**
 * Cuts a base at its features and puts the head there, or keeps its own.
 * @throws BASE_NO_WORDS, DATA_ONE_CLASS, HEAD_KEEP_CLASSES, and what surgery throws
 */
export function adaptBase(spec: RunSpec, base: Base, data: RunData, sampleDims: SampleDims, task: Task, text: TextSession | undefined): AdaptedBase {
  const { head, taps, seed } = spec;
  if (isLanguageModel(task)) {
    checkWords(base, sampleDims, task);
    return { model: base.model, head: [], features: undefined, outputs: base.model.graph.outputs };
  }
  if (text && task.text?.unit === 'embedding') {
    const { model, features } = embedText(base.model, { sampleDims, ...tokensOf(text, task), pooling: text.pooling });
    return { model, head: [], features, outputs: model.graph.outputs };
  }
  if (task.embeds) return embedImages(spec, base, data, sampleDims);
  if (head.name === 'keep') {
    if (task.target === 'masks') return keepForMasks(base, sampleDims, data.names.length);
    const kept = task.target === 'answers' ? { ...base, model: joinSpans(base.model) } : base;
    const model = withLogits(kept.model);
    checkWidth(model, sampleDims, task.text?.outputs ?? data.names.length);
    return { model, head: [], features: undefined, outputs: kept.model.graph.outputs };
  }
  if (task.target === 'masks') return adaptForMasks({ head, seed }, base, data, sampleDims);
  if (data.train.target.kind === 'classes' && data.names.length === 1) fail('DATA_ONE_CLASS', { data: data.train.name, label: data.names[0] ?? '' });
  const wanted = { sampleDims, head: layersOf(head, task), outputs: task.text?.outputs ?? data.names.length, seed };
  const { model, headParameters, features } = text
    ? adaptTextModel(base.model, { ...wanted, ...tokensOf(text, task) })
    : adaptModel(base.model, { ...wanted, taps: tapNames(taps, base, sampleDims) });
  return { model, head: headParameters, features, outputs: model.graph.outputs };
}

/** Length of the vectors, where the spec does not say it. */
const WIDTH = 128;

/** Vectors of length 1 of the features, or of a projection of them; with a centre for each class where the loss compares them with such. */
function embedImages({ task, head, taps, seed, training: { loss } }: RunSpec, base: Base, data: RunData, sampleDims: SampleDims): AdaptedBase {
  if (data.names.length === 1) fail('DATA_ONE_CLASS', { data: data.train.name, label: data.names[0] ?? '' });
  const { model, headParameters, features, outputs } = embedModel(base.model, {
    sampleDims,
    taps: tapNames(taps, base, sampleDims),
    seed,
    ...(head.name !== 'keep' && { projection: { head: layersOf(head, { name: task }), width: head.width ?? WIDTH } }),
    ...(loss.name === 'arcface' && { centres: data.names.length }),
  });
  return { model, head: headParameters, features, outputs };
}

function isLanguageModel({ text }: Task): boolean {
  return text?.unit === 'masked-language-model' || text?.unit === 'causal-language-model';
}

/** A language model says something of each token `[N, T, words]`. @throws BASE_NO_WORDS */
function checkWords({ uri, model }: Base, sampleDims: SampleDims, { name }: Task): void {
  const [output] = model.graph.outputs;
  const dims = typesOf(model, sampleDims).get(output?.name ?? '')?.dims ?? [];
  if (dims.length !== 3) fail('BASE_NO_WORDS', { uri, task: name, output: dims.join('×') });
}

/** @throws HEAD_TASK */
function layersOf(head: RunSpec['head'], { name }: Pick<Task, 'name'>): HeadSpec {
  switch (head.name) {
    case 'mlp':
      return { hidden: head.hidden, dropout: head.dropout };
    case 'auto':
    case 'linear':
      return { hidden: [], dropout: head.dropout };
    default:
      return fail('HEAD_TASK', { head: head.name, task: name, known: 'linear, mlp, keep' });
  }
}

/** What the head reads of a text: all of it, or each token. */
function tokensOf(
  { tokens, slots, pooling }: TextSession,
  { text }: Task,
): Pick<Parameters<typeof adaptTextModel>[1], 'tokens' | 'mask' | 'pooling'> {
  return { tokens, mask: slots.find(({ role }) => role === 'mask'), ...(text?.unit === 'text' && { pooling }) };
}

/** A kept head may have more outputs than the data has classes, never fewer. */
function checkWidth(model: Model, sampleDims: SampleDims, classes: number): void {
  const outputs =
    typesOf(model, sampleDims)
      .get(model.graph.outputs[0]?.name ?? '')
      ?.dims.at(-1) ?? 0;
  if (outputs < classes) fail('HEAD_KEEP_CLASSES', { outputs, classes });
}

function tapNames(taps: RunSpec['taps'], { model, features }: Base, sampleDims: SampleDims): readonly string[] {
  if (taps === 'last') return [features ?? findFeatures(model.graph)];
  return taps === 'auto' ? stageEnds(model.graph, typesOf(model, sampleDims)) : taps;
}

function typesOf({ graph, opsets }: Model, sampleDims: SampleDims): ReadonlyMap<string, TensorType> {
  const rows = fixedBatch(graph) ?? 1;
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]));
  return inferTypes(graph, opsets.get('') as number, dims).types;
}
