import type { Model } from '../../../../engine/graph/index.js';
import { type WeightNames, weightNames } from '../../../importers/index.js';
import type { AdapterSpec } from '../spec.js';

/** Names of modules in files: those of transformers where the model comes from there, else those of the graph. */
export type FileNames = Pick<WeightNames, 'toFile' | 'toGraph' | 'isTurned' | 'base' | 'sizes'> & {
  /** PEFT's name of the task, which says how it calls the model. */
  readonly task: string | null;
};

const OWN: FileNames = {
  toFile: (name) => name,
  toGraph: (name) => name,
  isTurned: () => false,
  base: '',
  sizes: { layers: undefined, heads: undefined },
  task: null,
};

/** PEFT's tasks by the end of the name of a class. */
const TASKS: readonly (readonly [RegExp, string])[] = [
  [/ForSequenceClassification$/, 'SEQ_CLS'],
  [/ForTokenClassification$/, 'TOKEN_CLS'],
  [/ForQuestionAnswering$/, 'QUESTION_ANS'],
  [/(ForCausalLM|LMHeadModel)$/, 'CAUSAL_LM'],
];

export async function fileNames(model: Model): Promise<FileNames> {
  const names = await weightNames(model);
  if (!names) return OWN;
  return { ...names, task: TASKS.find(([pattern]) => pattern.test(names.className))?.[1] ?? null };
}

/** What stands before the names of modules: PEFT wraps the model once more for methods that change layers. */
export function prefixOf({ name }: AdapterSpec): string {
  return name === 'prompt-tuning' ? 'base_model.' : 'base_model.model.';
}

/** The module that a weight of the head belongs to, as `modules_to_save` has it: `classifier` of `classifier.dense.weight`. */
export function moduleOf(weight: string, { base }: FileNames): string {
  const inner = base !== '' && weight.startsWith(`${base}.`) ? weight.slice(base.length + 1) : weight;
  return inner.split('.')[0] ?? inner;
}
