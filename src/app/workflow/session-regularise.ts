import { fixedBatch, residualBlocks } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import { inferTypes, type Model } from '../../engine/graph/index.js';
import type { SampleDims } from '../../learning/data/index.js';
import { answersWithClasses, type Task } from '../../learning/tasks/index.js';
import type { RunSpec } from '../spec/index.js';

type Recipe = RunSpec['recipe']['name'];

const HEAD_ONLY = { 'linear-probe': 'leaves the base as it is', 'feature-extraction': 'leaves the base as it is' } as const;
const NO_BASE = { scratch: 'begins with random weights' } as const;
const ADAPTER = 'leaves the weights of the base as they are';
const ADAPTERS = { lora: ADAPTER, dora: ADAPTER, ia3: ADAPTER, adapter: ADAPTER, 'prompt-tuning': ADAPTER } as const;
const NO_STEPS = { 'linear-probe': 'takes no gradient steps', setfit: 'takes no gradient steps on the task' } as const;

/** Why a technique would do nothing with a recipe. One row adds a technique. */
const useless: Readonly<Record<string, Readonly<Partial<Record<Recipe, string>>>>> = {
  'regularise.l2sp': { ...HEAD_ONLY, ...NO_BASE, ...ADAPTERS },
  'regularise.stochasticDepth': HEAD_ONLY,
  'regularise.features': { ...HEAD_ONLY, ...NO_BASE, ...NO_STEPS },
  'regularise.oldHead': { ...HEAD_ONLY, ...NO_BASE, ...NO_STEPS },
  distil: NO_STEPS,
  pseudoLabels: NO_STEPS,
};

/** @throws REGULARISE_RECIPE, REGULARISE_TASK, REGULARISE_TOGETHER */
export function checkRegularise({ recipe, training, data }: RunSpec, task: Task): void {
  const used = techniques(training, data);
  for (const technique of used) {
    const reason = useless[technique]?.[recipe.name];
    if (reason !== undefined) fail('REGULARISE_RECIPE', { technique, recipe: recipe.name, reason });
    checkTask(technique, task);
  }
  checkViews(training, used);
  if (data.unlabelled === undefined) return;
  const teacher = used.find((technique) => TEACHERS.includes(technique));
  if (teacher)
    fail('REGULARISE_TOGETHER', {
      technique: 'data.unlabelled',
      other: `training.${teacher}`,
      reason: 'teachers are asked of labelled images alone',
    });
  if (training.batchNorm === 'train') {
    const reason = 'the statistics of a batch would be those of the few images that are confident';
    fail('REGULARISE_TOGETHER', { technique: 'data.unlabelled', other: 'training.batchNorm: train', reason });
  }
}

/** Techniques that ask another model, or this one, about the very images that are trained on. @throws REGULARISE_TOGETHER */
function checkViews({ mix, progressive, prefixCache }: RunSpec['training'], used: readonly string[]): void {
  const asking = used.find((technique) => technique === 'pseudoLabels' || TEACHERS.includes(technique));
  if (asking === undefined) return;
  const technique = asking === 'pseudoLabels' ? 'data.unlabelled' : `training.${asking}`;
  const refuse = (other: string, reason: string): never => fail('REGULARISE_TOGETHER', { technique, other, reason });
  if (mix.name !== 'none') refuse('training.mix', 'nobody is asked about mixtures');
  if (progressive.length > 0) refuse('training.progressive', 'nobody is asked about images of other sizes');
  if (prefixCache && prefixCache.views > 1) refuse('training.prefixCache.views', 'the views that are kept are not those that others are asked about');
}

/** The techniques a spec asks for. */
function techniques({ regularise, distil }: RunSpec['training'], { unlabelled }: RunSpec['data']): string[] {
  const named = Object.entries(regularise).flatMap(([name, value]) => (value === undefined ? [] : [`regularise.${name}`]));
  return [...named, ...(distil ? ['distil'] : []), ...(unlabelled === undefined ? [] : ['pseudoLabels'])];
}

const TEACHERS: readonly string[] = ['regularise.features', 'regularise.oldHead', 'distil'];

/** @throws REGULARISE_TASK */
function checkTask(technique: string, task: Task): void {
  const isOne = answersWithClasses(task) && task.text?.unit !== 'token';
  if ((technique === 'distil' || technique === 'pseudoLabels') && !isOne)
    fail('REGULARISE_TASK', { technique, needed: 'one class a sample', task: task.name });
  if (technique === 'pseudoLabels' && task.content !== 'image') fail('REGULARISE_TASK', { technique, needed: 'images', task: task.name });
  if (technique === 'regularise.oldHead' && task.content === 'text') {
    fail('REGULARISE_TASK', { technique, needed: 'images or tensors', task: task.name });
  }
}

/** One line where the model has no residual blocks that could be left out. */
export function depthNote({ training }: RunSpec, { graph, opsets }: Model, sampleDims: SampleDims): string[] {
  if (training.regularise.stochasticDepth === undefined) return [];
  const rows = fixedBatch(graph) ?? 1;
  const dims = Object.fromEntries(Object.entries(sampleDims).map(([name, sample]) => [name, [rows, ...sample]]));
  const { types } = inferTypes(graph, opsets.get('') as number, dims);
  if (residualBlocks(graph, types).length > 0) return [];
  return ['training.regularise.stochasticDepth does nothing: the model has no residual blocks, whose output is added to their input.'];
}
