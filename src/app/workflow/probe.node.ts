import { fail, type Tensor } from '../../core/index.js';
import { folds, subset } from '../../learning/data/index.js';
import { createLoss, tasks } from '../../learning/tasks/index.js';
import { extractFeatures, fitProbe, liveSource, type Probe } from '../../learning/training/index.node.js';
import type { WorkflowContext } from './context.js';
import type { Session } from './session.node.js';

/**
 * Computes the features of every training sample once and fits the linear head to them.
 * @param count folds of the cross-validation that chooses the strength
 * @throws PROBE_HEAD when the head is not linear
 */
export async function fitLinearProbe(session: Session, count: number, { events }: WorkflowContext): Promise<Probe> {
  const { spec, learner, data, device, features: name, head, transforms } = session;
  const [weight, bias] = head;
  if (name === undefined || weight === undefined || bias === undefined || head.length !== 2) fail('PROBE_HEAD', { head: spec.head.name });
  const { sampleDims, batchSize } = learner.spec;
  const input = transforms && Object.keys(sampleDims)[0];
  const source = liveSource({ dataset: data.train, transforms: transforms?.eval, input, skips: learner.skips }, undefined);
  const found = await extractFeatures(device, learner.model, [name], sampleDims, source, Math.min(batchSize, data.train.size), (done, total) =>
    events?.emit('progress', { stage: 'frozen features', done, total }),
  );
  const task = tasks[spec.task];
  const readable = subset(data.train, found.indices);
  const probe = await fitProbe(
    device,
    { features: found.values[name] as Tensor, target: found.target, targetType: task.targetType, outputs: data.names.length },
    { loss: createLoss(learner.spec.loss), folds: folds(readable, { folds: count, seed: spec.seed }) },
  );
  learner.setWeights({ [weight]: probe.weight, [bias]: probe.bias });
  events?.emit('note', { text: `probe: L2 strength ${probe.strength} by ${count}-fold cross-validation` });
  return probe;
}
