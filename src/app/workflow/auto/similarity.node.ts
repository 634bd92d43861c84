import { Random, type Tensor, toNumbers } from '../../../core/index.js';
import type { Device } from '../../../engine/runtime/index.js';
import { allIndices, countClasses, type Dataset, folds, SkipLog, subset } from '../../../learning/data/index.js';
import { answersWithClasses, argMax, type Task } from '../../../learning/tasks/index.js';
import { type AutoFacts, extractFeatures, type Learner, liveSource } from '../../../learning/training/index.node.js';
import { differenceInterval, fitLinearBaseline, fitTextBaseline, type LabelledRows, wilsonInterval } from '../../../trust/evaluation/index.js';
import type { RunData } from '../data.node.js';
import { labelledTexts } from '../labelled-texts.js';
import { rawRows } from '../raw-rows.js';
import { takeRows } from './rows.js';

/** Samples that similarity is measured on: enough for intervals of some points, few enough for seconds. */
const SAMPLE = 600;
const FOLDS = 3;
/** Numbers of a sample up to which a linear model on all of them is quick. */
const MOST_COLUMNS = 4096;

/** A base and data, ready to be run. */
export interface Opened {
  readonly task: Task;
  readonly data: RunData;
  readonly device: Device;
  readonly learner: Learner;
}

export type Similarity = Pick<AutoFacts, 'probe' | 'raw' | 'gain' | 'chance'>;

/**
 * How well a linear model tells samples apart by the features of the base, and without it: both on the same training samples, each answer from a model that was
 * not fitted to its sample.
 * @returns nothing where samples have no class each, or a fold would lack some
 */
export async function measureSimilarity({ task, data, learner, device }: Opened): Promise<Similarity> {
  const { headInput } = learner.spec;
  if (!answersWithClasses(task) || headInput === undefined || learner.spec.head.length !== 2) return {};
  const sample = subset(data.train, new Random(learner.spec.seed, 'auto').shuffle(allIndices(data.train)).slice(0, SAMPLE));
  const { inputs, batchSize, fixedBatch, maxSkippedShare } = learner.spec;
  const source = liveSource(await inputs.open(sample, 'eval', new SkipLog(sample.size, maxSkippedShare)));
  const found = await extractFeatures(device, learner.model, [headInput], source, fixedBatch ?? Math.min(batchSize, sample.size));
  const known = subset(sample, found.indices);
  const counts = countClasses(known, allIndices(known));
  if (counts.filter((count) => count >= FOLDS).length < 2) return {};
  const parts = folds(known, { folds: FOLDS, seed: learner.spec.seed });
  const byBase = await rightOnes({ features: found.values[headInput] as Tensor, target: found.target }, data.names.length, parts);
  const byRaw = await rawOnes(known, data.names.length, parts);
  const size = known.size;
  return {
    probe: shareOf(byBase, size),
    chance: Math.max(...counts) / size,
    ...(byRaw !== undefined && { raw: shareOf(byRaw, size), gain: differenceInterval([byBase, size], [byRaw, size]) }),
  };

  async function rightOnes(rows: LabelledRows, classes: number, heldOut: readonly (readonly number[])[]): Promise<number> {
    let right = 0;
    for (const part of heldOut) {
      const rest = heldOut.flatMap((other) => (other === part ? [] : other));
      const inner = Array.from({ length: FOLDS }, (_, fold) => [...rest.keys()].filter((row) => row % FOLDS === fold));
      const classify = await fitLinearBaseline(
        device,
        { features: takeRows(rows.features, rest), target: takeRows(rows.target, rest) },
        classes,
        inner,
      );
      const logits = classify(takeRows(rows.features, part));
      const truth = toNumbers(takeRows(rows.target, part));
      right += truth.filter((label, i) => argMax(logits.subarray(i * classes, (i + 1) * classes)) === label).length;
    }
    return right;
  }

  async function rawOnes(dataset: Dataset, classes: number, heldOut: readonly (readonly number[])[]): Promise<number | undefined> {
    if (dataset.kind === 'text') return wordsRight(dataset, classes, heldOut);
    const rows = await rawRows(dataset);
    const isWhole = rows.indices.length === dataset.size && (rows.features.dims[1] as number) <= MOST_COLUMNS;
    return isWhole ? rightOnes(rows, classes, heldOut) : undefined;
  }
}

async function wordsRight(dataset: Dataset, classes: number, heldOut: readonly (readonly number[])[]): Promise<number> {
  let right = 0;
  for (const part of heldOut) {
    const rest = await labelledTexts(
      subset(
        dataset,
        heldOut.flatMap((other) => (other === part ? [] : other)),
      ),
    );
    const { classify } = await fitTextBaseline(rest?.texts ?? [], rest?.labels ?? [], classes);
    const held = await labelledTexts(subset(dataset, part));
    right += held?.labels.filter((label, i) => argMax(classify(held.texts[i] as string)) === label).length ?? 0;
  }
  return right;
}

function shareOf(right: number, size: number): NonNullable<Similarity['probe']> {
  return { value: right / size, interval: wilsonInterval(right, size) };
}
