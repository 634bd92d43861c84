import { Random, toNumbers } from '../../core/index.js';
import { allIndices, type Dataset, folds, subset } from '../../learning/data/index.js';
import type { Predictions } from '../../learning/tasks/index.js';
import { fitLinearBaseline, type LinearBaseline, measure } from '../../trust/evaluation/index.js';
import type { WorkflowContext } from './context.js';
import type { Baseline, Measurements } from './evaluation.js';
import { rawRows } from './raw-rows.js';
import type { Session } from './session.node.js';

/** Images it is trained on at most, so that it costs seconds and some megabytes whatever the size of the data. */
const MOST = 1000;
/** Held-out images whose pixels are in memory at once. */
const CHUNK = 256;
const FOLDS = 3;
const NAME = 'raw pixels';

/**
 * What the pixels alone reach where images have one of several classes and something is held out, trained on images of the run.
 * @returns undefined for other tasks, and where there are fewer images than folds
 */
export async function measurePixelBaseline(
  { task, data, device, spec: { seed } }: Pick<Session, 'task' | 'data' | 'device'> & { readonly spec: { readonly seed: number } },
  { events }: WorkflowContext,
): Promise<Baseline | undefined> {
  const { train, validation, test, names } = data;
  if (task.content !== 'image' || task.target !== 'classes' || !(validation ?? test)) return undefined;
  events?.emit('progress', { stage: 'baseline of pixels', done: 0, total: train.size });
  const chosen = new Random(seed, 'pixels').shuffle(allIndices(train)).slice(0, MOST);
  const rows = await rawRows(train, chosen);
  const known = subset(train, rows.indices);
  if (known.size < FOLDS || known.target.kind !== 'classes') return undefined;
  const parts = folds(dropGroups(known), { folds: FOLDS, seed });
  const classify = await fitLinearBaseline(device, rows, names.length, parts);
  const metrics: Record<string, Measurements[string]> = {};
  for (const [split, dataset] of Object.entries({ validation, test })) {
    if (dataset !== undefined) metrics[split] = measure(task, await predictionsOf(dataset, classify, names.length));
  }
  events?.emit('progress', { stage: 'baseline of pixels', done: train.size, total: train.size });
  const many = train.size > MOST ? `on ${MOST} of the same images` : 'on the same images';
  return {
    name: NAME,
    about: `Raw pixels: logistic regression on the images at 16×16 pixels, without any base. It was trained ${many} and measured on the same ones.`,
    metrics,
  };
}

/** Folds serve to choose one number; groups that leave too few of them would only be in the way. */
function dropGroups(dataset: Dataset): Dataset {
  return {
    ...subset(dataset, allIndices(dataset)),
    sample: (index) => {
      const { group: _, ...sample } = dataset.sample(index);
      return sample;
    },
  };
}

async function predictionsOf(dataset: Dataset, classify: LinearBaseline, width: number): Promise<Predictions> {
  const outputs: Float32Array[] = [];
  const targets: number[] = [];
  for (let from = 0; from < dataset.size; from += CHUNK) {
    const rows = await rawRows(dataset, allIndices(dataset).slice(from, from + CHUNK));
    outputs.push(classify(rows.features));
    targets.push(...toNumbers(rows.target));
  }
  const joined = new Float32Array(targets.length * width);
  let at = 0;
  for (const part of outputs) {
    joined.set(part, at);
    at += part.length;
  }
  return { outputs: joined, width, targets: Float64Array.from(targets) };
}
