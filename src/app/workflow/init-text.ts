import { stringify } from 'yaml';
import type { TaskName } from '../../learning/tasks/index.js';
import { advice } from './init-advice.js';

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

/** A spec with comments, to start from. */
export function specText({ task, base, data, samples, classes }: SpecFacts): string {
  const counts = Object.values(classes);
  const isSmall = counts.length > 0 && Math.max(...counts) < FEW;
  const { about, columns, recipe, recipes, rate, more, ...advised } = advice[task];
  const said = base === undefined ? about : [];
  return `# One training run. \`regraft train\` reads this file; \`--set training.epochs=10\` overrides a line of it.
# Paths start from the folder of this file. docs/spec.schema.json lists every key.

task: ${task}

# The pretrained model to start from: npm:PACKAGE@VERSION/PATH, hf:OWNER/REPO, or a path to a model.
${said.map((line) => `# ${line}\n`).join('')}base: ${scalar(base ?? advised.base)}

# ${describe(samples, classes)}
data:
  train: ${scalar(data.train)}
  # A path, or a share of the training data: stratified, and the same samples with the same seed.
  validation: ${data.validation === undefined ? '0.2' : scalar(data.validation)}
${data.test === undefined ? '  # Data that training never sees, for an honest final number.\n  # test: ./test' : `  test: ${scalar(data.test)}`}
  # Which column of a table is what, where their names do not say it: ${columns}
  # columns: {}
${more.length === 0 ? '' : `\n${more.join('\n')}\n`}
${recipes.map((line) => `# ${line}`).join('\n')}
recipe: ${isSmall ? 'linear-probe' : recipe}

training:
  epochs: 5
  batchSize: ${samples < 256 ? 16 : 32}
  optimizer: { name: adamw, lr: ${rate} }
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
