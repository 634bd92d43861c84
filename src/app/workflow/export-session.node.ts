import { answersWithVectors } from '../../learning/tasks/index.js';
import { type BundleInfo, writeBundle } from '../../reuse/bundle/index.node.js';
import { withMergedAdapter } from './adapter.node.js';
import { dataInputs } from './base.node.js';
import type { Measurements } from './evaluation.js';
import type { RunRecord } from './run-folder.node.js';
import type { Session } from './session.node.js';
import { signature } from './signature.js';

/** Writes the session's model, with everything needed to predict, as a bundle. */
export async function exportSession(session: Session, path: string, record: RunRecord, metrics: Measurements): Promise<BundleInfo> {
  const { spec, transforms, data, text } = session;
  const model = withMergedAdapter(session.inUnits(session.learner.export()));
  const info: Omit<BundleInfo, 'files'> = {
    format: 1,
    task: spec.task,
    target: session.task.target,
    labels: [...data.names],
    inputs: dataInputs(model.graph).map(signature),
    outputs: model.graph.outputs.map(signature),
    activation: activationOf(session),
    ...(transforms && { decode: spec.data.decode, preprocessing: [...transforms.eval] }),
    ...(text && { text: text.settings }),
    base: { uri: record.base.uri, sha256: record.base.sha256, ...(record.base.licence && { licence: record.base.licence }) },
    data: { sha256: record.data.sha256, samples: record.data.samples },
    recipe: spec.recipe.name,
    metrics: mutableMetrics(metrics),
    versions: { ...record.versions },
    created: new Date().toISOString(),
  };
  return writeBundle(path, model, info, session.base.files);
}

function activationOf({ task, learner }: Session): BundleInfo['activation'] {
  if (task.target === 'values' || answersWithVectors(task)) return 'values';
  const exported = learner.spec.outputs?.[0]?.name ?? learner.model.graph.outputs[0]?.name;
  return exported === learner.model.graph.outputs[0]?.name ? 'logits' : 'probabilities';
}

function mutableMetrics(metrics: Measurements): BundleInfo['metrics'] {
  return Object.fromEntries(
    Object.entries(metrics).map(([split, values]) => [
      split,
      Object.fromEntries(
        Object.entries(values).map(
          ([
            name,
            {
              value,
              interval: [low, high],
            },
          ]) => [name, { value, interval: [low, high] as [number, number] }],
        ),
      ),
    ]),
  );
}
