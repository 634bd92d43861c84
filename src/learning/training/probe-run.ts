import { type Events, fail, type Tensor } from '../../core/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Tensors } from '../../engine/runtime/index.js';
import { folds, type SkipLog, subset } from '../data/index.js';
import { createLoss } from '../tasks/index.js';
import { liveSource } from './batch-source.js';
import type { TrainingEvents } from './events.js';
import { extractFeatures } from './features.js';
import type { LearnerSpec, RunControl } from './learner-spec.js';
import { fitProbe } from './probe/index.js';

export interface ProbeContext {
  readonly spec: LearnerSpec;
  readonly model: Model;
  readonly events: Events<TrainingEvents>;
  readonly skips: SkipLog;
  readonly control: RunControl;
}

/**
 * Computes the features of every training sample once and fits the linear head to them.
 * @param count folds of the cross-validation that chooses the strength
 * @returns the head's weights by name
 * @throws PROBE_HEAD when the head is not linear; the signal's reason where the signal comes while features are computed
 */
export async function runProbe({ spec, model, events, skips, control }: ProbeContext, count: number): Promise<Tensors> {
  const { device, train, headInput, head, inputs } = spec;
  const [weight, bias] = head;
  if (headInput === undefined || weight === undefined || bias === undefined || head.length !== 2) fail('PROBE_HEAD', { parameters: head.length });
  const source = liveSource(await inputs.open(train, 'eval', skips));
  const rows = spec.fixedBatch ?? Math.min(spec.batchSize, train.size);
  const found = await extractFeatures(device, model, [headInput], source, rows, (done, total) => {
    events.emit('features', { done, total });
    control.signal?.throwIfAborted();
  });
  const readable = subset(train, found.indices);
  const outputs = (model.graph.initializers.get(bias) as Tensor).data.length;
  const probe = await fitProbe(
    device,
    { features: found.values[headInput] as Tensor, target: found.target, targetType: spec.task.targetType, outputs },
    { loss: createLoss(spec.loss), folds: folds(readable, { folds: count, seed: spec.seed }) },
  );
  events.emit('probe', { strength: probe.strength, folds: count });
  return { [weight]: probe.weight, [bias]: probe.bias };
}
