import type { Predictions } from '../../learning/tasks/index.js';
import { fitTextBaseline, measure } from '../../trust/evaluation/index.js';
import type { WorkflowContext } from './context.js';
import type { Baseline, Measurements } from './evaluation.js';
import { type LabelledTexts, labelledTexts } from './labelled-texts.js';
import type { Session } from './session.node.js';

/** Characters of the training texts times classes: above this, fitting would take minutes and more than a gigabyte. */
const MOST = 20e6;
const NAME = 'words alone (TF-IDF)';
const ABOUT =
  'Words alone: logistic regression on TF-IDF of words and pairs of words. Both were trained on the same texts and measured on the same ones.';

/**
 * What the words alone reach where texts are sorted into classes and something is held out, trained on the same texts as the run.
 * @returns undefined for other tasks, and where there is too much text for it, which is noted
 */
export async function measureTextBaseline(
  { task, data }: Pick<Session, 'task' | 'data'>,
  { events }: WorkflowContext,
): Promise<Baseline | undefined> {
  const { train, validation, test, names } = data;
  if (task.text?.unit !== 'text' || task.target !== 'classes' || !(validation ?? test)) return undefined;
  events?.emit('progress', { stage: 'baseline of words', done: 0, total: train.size });
  const known = await labelledTexts(train, MOST / names.length);
  if (known === undefined) {
    events?.emit('note', { text: `The training texts are too much for the baseline, ${NAME}; nothing is compared with.` });
    return undefined;
  }
  const { classify } = await fitTextBaseline(known.texts, known.labels, names.length);
  const metrics: Record<string, Measurements[string]> = {};
  for (const [split, dataset] of Object.entries({ validation, test })) {
    const held = dataset && (await labelledTexts(dataset));
    if (held) metrics[split] = measure(task, predictionsOf(held, classify, names.length));
  }
  events?.emit('progress', { stage: 'baseline of words', done: train.size, total: train.size });
  return { name: NAME, about: ABOUT, metrics };
}

/** Shares as the logits that give them. */
function predictionsOf({ texts, labels }: LabelledTexts, classify: (text: string) => Float64Array, width: number): Predictions {
  const outputs = new Float32Array(texts.length * width);
  texts.forEach((text, i) => {
    outputs.set(
      classify(text).map((share) => Math.log(Math.max(share, Number.MIN_VALUE))),
      i * width,
    );
  });
  return { outputs, width, targets: Float64Array.from(labels) };
}
