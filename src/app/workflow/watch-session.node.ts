import { Random } from '../../core/index.js';
import { allIndices, type Dataset, subset } from '../../learning/data/index.js';
import { type Finding, type Judged, type Remedies, watch } from '../../trust/watch/index.js';
import type { WorkflowContext } from './context.js';
import { findDuplicates } from './duplicates.js';
import { chanceOf, judgedOf } from './judged.js';
import type { SessionMeasure } from './measure-session.node.js';
import type { MetricsLine } from './run-folder.node.js';
import type { Session } from './session.node.js';

/** Training samples that the final model is run on again: enough to tell shares from each other by some points. */
const SAMPLE = 500;

/**
 * Looks at a trained session for what may be wrong with it. The final model is run on some of its training samples, read as for evaluation.
 * @returns nothing where no sample has a loss of its own: of pairs and of prompts
 */
export async function watchSession(
  session: Session,
  lines: readonly MetricsLine[],
  { scored }: SessionMeasure,
  { events }: WorkflowContext,
): Promise<Finding[]> {
  const { task, data, spec, learner } = session;
  if (task.text?.unit === 'embedding' || task.target === 'none') return [];
  const { train, validation, test } = data;
  const [heldOut, held] = validation ? [validation, scored.validation] : [test, scored.test];
  const sample = sampleOf(train, spec.seed);
  events?.emit('progress', { stage: 'the watch', done: 0, total: sample.size });
  const trained = await learner.evaluate(sample);
  const training = judgedOf(task, sample, trained);
  const chance = chanceOf(task, trained);
  const findings = watch({
    steps: spec.recipe.name === 'setfit' ? [] : lines.flatMap((line) => ('loss' in line ? [line] : [])),
    evaluations: lines.flatMap((line) => ('metrics' in line ? [line] : [])),
    training,
    ...(heldOut && held && { heldOut: judgedOf(task, heldOut, held) satisfies Judged }),
    ...(chance && { chance }),
    duplicates: await findDuplicates(
      train,
      [validation, test].filter((part) => part !== undefined),
    ),
    remedies: remediesOf(session),
  });
  for (const finding of findings) events?.emit('note', { text: noteOf(finding) });
  return findings;
}

function sampleOf(train: Dataset, seed: number): Dataset {
  return subset(train, new Random(seed, 'watch').shuffle(allIndices(train)).slice(0, SAMPLE));
}

const HEAD = new Set(['linear-probe', 'feature-extraction']);
const MOST = new Set(['fine-tune', 'setfit', 'full', 'scratch']);

function remediesOf({ spec: { recipe, training }, transforms }: Session): Remedies {
  const trains = HEAD.has(recipe.name) ? 'head' : MOST.has(recipe.name) ? 'most' : 'few';
  return {
    trains,
    readsImages: transforms !== undefined,
    augments: transforms !== undefined && JSON.stringify(transforms.train) !== JSON.stringify(transforms.eval),
    stopsEarly: training.earlyStopping !== false,
  };
}

/** A finding in one line. */
function noteOf({ name, evidence, advice }: Finding): string {
  return `Watch: ${name}. ${evidence} ${advice[0] ?? ''}`;
}
