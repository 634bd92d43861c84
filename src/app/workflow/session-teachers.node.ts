import { oldHead, withLogits } from '../../bases/surgery/index.js';
import { didYouMean, fail, int64 } from '../../core/index.js';
import { type Graph, inferTypes, type Model, pruneUnused } from '../../engine/graph/index.js';
import { type ModelInputs, rowInputs, type SampleDims, type TransformStep } from '../../learning/data/index.js';
import type { Task } from '../../learning/tasks/index.js';
import type { Teacher } from '../../learning/training/index.node.js';
import type { RunSpec } from '../spec/index.js';
import type { AdaptedBase } from './adapted-base.js';
import { type Base, imageInput, loadModel } from './base.node.js';
import type { WorkflowContext } from './context.js';
import { viewOf } from './session-views.js';
import { openTextSession } from './text-session.node.js';

export interface TeacherContext extends WorkflowContext {
  readonly spec: RunSpec;
  readonly task: Task;
  readonly base: Base;
  readonly adapted: AdaptedBase;
  /** The model as training begins. */
  readonly model: Model;
  readonly inputs: ModelInputs;
  readonly transforms: Readonly<Record<'train' | 'eval', readonly TransformStep[]>> | undefined;
  /** Class names, in the order of the outputs. */
  readonly names: readonly string[];
}

/**
 * The teachers that a spec asks for.
 * @throws TAP_UNKNOWN, REGULARISE_OLD_HEAD, DISTIL_CLASSES, DISTIL_WIDTH, and what loading the teacher throws
 */
export async function teachersOf(context: TeacherContext): Promise<Teacher[]> {
  const { regularise, distil } = context.spec.training;
  return [
    ...(regularise.features ? [featureTeacher(context, regularise.features)] : []),
    ...(regularise.oldHead ? [oldHeadTeacher(context, regularise.oldHead)] : []),
    ...(distil ? [await distilTeacher(context, distil)] : []),
  ];
}

type Regularise = RunSpec['training']['regularise'];

function featureTeacher({ model, adapted }: TeacherContext, { weight, at }: NonNullable<Regularise['features']>): Teacher {
  const values = at === 'head' ? [adapted.features ?? fail('TAP_UNKNOWN', { tap: 'head', near: 'a value of the model' })] : at;
  const known = model.graph.nodes.flatMap(({ outputs }) => outputs);
  for (const tap of values) if (!known.includes(tap)) fail('TAP_UNKNOWN', { tap, near: didYouMean(tap, known) });
  return { name: 'features', model: withOutputs(model, values), values, comparison: { name: 'features' }, weight, taskWeight: 1 };
}

/** The old head stays as it is, so that only what it reads can keep its answers. */
function oldHeadTeacher({ base, adapted, inputs }: TeacherContext, { weight, temperature }: NonNullable<Regularise['oldHead']>): Teacher {
  const teacher = withLogits(base.model);
  const graft =
    oldHead(teacher.graph, adapted.model.graph) ?? fail('REGULARISE_OLD_HEAD', { reason: 'the base has none beside the one it is trained with' });
  const dims = outputDims(teacher, inputs.dims);
  if (dims.length !== 2) fail('REGULARISE_OLD_HEAD', { reason: `it gives [${dims.join('×')}], not a number for each class` });
  const comparison = { name: 'answers', temperature } as const;
  return { name: 'oldHead', model: firstOutput(teacher), values: [graft.output], graft, comparison, weight, taskWeight: 1 };
}

async function distilTeacher(context: TeacherContext, { from, temperature, weight }: NonNullable<RunSpec['training']['distil']>): Promise<Teacher> {
  const { model, names } = context;
  const teacher = await loadModel(from, context);
  const order = classOrder(from, teacher.labels ?? [], names);
  const inputs = await inputsOf(context, teacher);
  const logits = withLogits(teacher.model);
  const dims = outputDims(logits, inputs.dims);
  if (dims.length !== 2 || dims[1] !== order.length) fail('DISTIL_WIDTH', { from, output: dims.join('×'), classes: order.length });
  return {
    name: 'distil',
    model: inOrder(firstOutput(logits), order),
    inputs,
    values: [model.graph.outputs[0]?.name ?? ''],
    comparison: { name: 'answers', temperature },
    weight,
    taskWeight: 1 - weight,
  };
}

/** How the teacher reads what the trained model reads: images with the same random changes, at its own size and in its own numbers. */
async function inputsOf({ spec, task, inputs, transforms, names, events }: TeacherContext, teacher: Base): Promise<ModelInputs> {
  if (task.text) {
    const note = (text: string): void => events?.emit('note', { text });
    return (await openTextSession(spec, { ...task, text: task.text }, teacher, names, note)).inputs;
  }
  if (transforms === undefined) return inputs;
  const dims = imageInput(teacher, teacher.preprocessing);
  const own = teacher.preprocessing ?? transforms.eval;
  return rowInputs(dims, { eval: own, train: viewOf(transforms.train, own) });
}

/** Position of each class among the teacher's. @throws DISTIL_CLASSES */
function classOrder(from: string, known: readonly string[], names: readonly string[]): number[] {
  const missing = names.filter((name) => !known.includes(name));
  const more = known.filter((name) => !names.includes(name));
  const part = (what: string, classes: readonly string[]): string[] => (classes.length === 0 ? [] : [`${what} ${listed(classes)}`]);
  const difference = known.length === 0 ? ['it has no class names'] : [...part('it lacks', missing), ...part('it has besides', more)];
  if (difference.length > 0) fail('DISTIL_CLASSES', { from, difference: difference.join('; ') });
  return names.map((name) => known.indexOf(name));
}

const LISTED = 5;

function listed(names: readonly string[]): string {
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return (
    names
      .slice(0, LISTED)
      .map((name) => `"${name}"`)
      .join(', ') + more
  );
}

function outputDims({ graph, opsets }: Model, sampleDims: SampleDims): readonly number[] {
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [1, ...sample]]));
  return inferTypes(graph, opsets.get('') as number, dims).types.get(graph.outputs[0]?.name ?? '')?.dims ?? [];
}

function firstOutput(model: Model): Model {
  return withOutputs(model, [model.graph.outputs[0]?.name ?? '']);
}

function withOutputs(model: Model, names: readonly string[]): Model {
  const outputs: Graph['outputs'] = names.map((name) => ({ name, type: { kind: 'tensor', type: 'float32', dims: undefined } }));
  return { ...model, graph: pruneUnused({ ...model.graph, outputs }) };
}

const ORDER = 'regraft.order';
const ORDERED = 'regraft.ordered';

/** Columns of the output in another order. */
function inOrder(model: Model, order: readonly number[]): Model {
  if (order.every((column, index) => column === index)) return model;
  const { graph } = model;
  const output = graph.outputs[0]?.name ?? '';
  const attributes = { axis: { kind: 'int', value: 1 } } as const;
  const node = { name: ORDERED, op: 'Gather', domain: '', inputs: [output, ORDER], outputs: [ORDERED], attributes };
  const initializers = new Map([...graph.initializers, [ORDER, int64([order.length], order)]]);
  return withOutputs({ ...model, graph: { ...graph, nodes: [...graph.nodes, node], initializers } }, [ORDERED]);
}
