import { tasks } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.node.js';
import { type Measured, measure } from '../../trust/evaluation/index.js';
import type { WorkflowContext } from './context.js';
import type { Session } from './session.node.js';

/** By split and metric. */
export type Measurements = Readonly<Record<string, Readonly<Record<string, Measured>>>>;

/** Measures a trained session on what was held out. */
export async function measureSession({ spec, data, learner }: Session, { events }: WorkflowContext): Promise<Measurements> {
  const measured: Record<string, Record<string, Measured>> = {};
  for (const split of ['validation', 'test'] as const) {
    const dataset = data[split];
    if (dataset === undefined) continue;
    events?.emit('progress', { stage: `evaluating ${split}`, done: 0, total: dataset.size });
    const scored: Scored = await learner.evaluate(dataset);
    measured[split] = measure(tasks[spec.task], scored.predictions);
  }
  return measured;
}
