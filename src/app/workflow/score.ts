import type { Dataset, SkipLog, ViewsName } from '../../learning/data/index.js';
import { taskOf } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.js';
import type { LoadedBundle } from '../../reuse/bundle/index.js';
import type { WorkflowContext } from './context.js';

/** What of the data is looked at. */
export interface Looked {
  readonly skips: SkipLog;
  /** Views of each image whose answers are averaged. */
  readonly views?: ViewsName | undefined;
}

/** Runs a bundle over labelled data and measures what it says. @throws TTA_TASK */
export async function scoreBundle(
  bundle: LoadedBundle,
  dataset: Dataset,
  { skips, views }: Looked,
  { events }: WorkflowContext = {},
): Promise<Scored> {
  const stop = skips.events.on('skipped', ({ location, reason }) => events?.emit('note', { text: `left out ${location}: ${reason}` }));
  const onProgress = (done: number): void => events?.emit('progress', { stage: 'evaluating', done: done + skips.skips.length, total: dataset.size });
  const { indices, ...predictions } = await bundle.collect(dataset, { skips, onProgress, ...(views && { views }) });
  stop();
  const { task, target } = bundle.info;
  return { metrics: taskOf(task, target).measure(predictions)(Int32Array.from(indices.keys())), predictions, indices };
}
