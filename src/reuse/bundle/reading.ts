import { fail } from '../../core/index.js';
import { type ModelInputs, rowInputs, type TextTokenizer } from '../../learning/data/index.js';
import { type EncodeContext, type Task, taskOf, textInputs, textSlots } from '../../learning/tasks/index.js';
import type { BundleInfo } from './info.js';

/** Samples that go through the model at once. */
export const BATCH = 32;

/** How a bundle's model reads samples and answers. */
export interface BundleReading {
  readonly task: Task;
  readonly inputs: ModelInputs;
  /** For text. */
  readonly context: EncodeContext | undefined;
}

/** @throws BUNDLE_BROKEN where what reading text needs is missing */
export function readingOf(info: BundleInfo, tokenizer: TextTokenizer | undefined): BundleReading {
  const task = taskOf(info.task, info.target);
  const { text, labels, inputs, preprocessing } = info;
  if (task.text) {
    if (!text || !tokenizer) return fail('BUNDLE_NO_TOKENIZER', { task: info.task });
    const { padId, columns: _, ...settings } = text;
    const context: EncodeContext = { ...settings, tokenizer, names: labels, negatives: 'optional' };
    const spec = { task: { ...task, text: task.text }, context, slots: textSlots(inputs), padId, batchSize: BATCH, inOrder: false };
    return { task, inputs: textInputs(spec), context };
  }
  const dims = Object.fromEntries(inputs.map(({ name, dims: [, ...sample] }) => [name, sample.map((dim) => (typeof dim === 'number' ? dim : 0))]));
  const steps = task.content === 'image' ? (preprocessing ?? []) : undefined;
  return { task, inputs: rowInputs(dims, steps && { train: steps, eval: steps }), context: undefined };
}
