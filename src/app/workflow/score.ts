import type { Dataset, SkipLog } from '../../learning/data/index.js';
import { tasks } from '../../learning/tasks/index.js';
import type { Scored } from '../../learning/training/index.js';
import type { BundleBatch, LoadedBundle } from '../../reuse/bundle/index.js';
import type { WorkflowContext } from './context.js';

/** Runs a bundle over labelled data, in order. Probabilities come back as their logarithms, so that a softmax gives them again. */
export async function scoreBundle(bundle: LoadedBundle, dataset: Dataset, skips: SkipLog, { events }: WorkflowContext = {}): Promise<Scored> {
  const parts: BundleBatch[] = [];
  const stop = skips.events.on('skipped', ({ location, reason }) => events?.emit('note', { text: `left out ${location}: ${reason}` }));
  let done = 0;
  for await (const batch of bundle.run(dataset, { skips })) {
    parts.push(batch);
    done += batch.indices.length;
    events?.emit('progress', { stage: 'evaluating', done: done + skips.skips.length, total: dataset.size });
  }
  stop();
  const toLogits = bundle.info.activation === 'probabilities' ? (value: number): number => Math.log(Math.max(value, 1e-38)) : undefined;
  const outputs = joined(parts.map((part) => (toLogits ? part.outputs.map(toLogits) : part.outputs)));
  const targets = Float64Array.from(parts.flatMap(({ labels }) => Array.from(labels.data as ArrayLike<number | bigint>, Number)));
  const predictions = { outputs, width: parts[0]?.width ?? 0, targets };
  const indices = parts.flatMap((part) => part.indices);
  return { metrics: tasks[bundle.info.task].measure(predictions)(Int32Array.from(indices.keys())), predictions, indices };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
