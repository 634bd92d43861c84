import type { Scored } from '../../learning/training/index.node.js';
import { type Measured, measure } from '../../trust/evaluation/index.js';
import type { WorkflowContext } from './context.js';
import type { Measurements } from './evaluation.js';
import type { Session } from './session.node.js';

/** What a session was worth on each held-out split. */
export interface SessionMeasure {
  readonly metrics: Measurements;
  readonly scored: Readonly<Partial<Record<'validation' | 'test', Scored>>>;
}

/** Measures a trained session on what was held out. */
export async function measureSession({ task, data, learner }: Session, { events }: WorkflowContext): Promise<SessionMeasure> {
  const metrics: Record<string, Record<string, Measured>> = {};
  const scored: Partial<Record<'validation' | 'test', Scored>> = {};
  for (const split of ['validation', 'test'] as const) {
    const dataset = data[split];
    if (dataset === undefined) continue;
    events?.emit('progress', { stage: `evaluating ${split}`, done: 0, total: dataset.size });
    const result = await learner.evaluate(dataset);
    scored[split] = result;
    metrics[split] = measure(task, result.predictions);
  }
  return { metrics, scored };
}
