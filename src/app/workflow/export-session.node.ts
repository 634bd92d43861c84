import type { ValueInfo } from '../../engine/graph/index.js';
import { type BundleInfo, writeBundle } from '../../reuse/bundle/index.node.js';
import { dataInputs } from './base.node.js';
import type { Measurements } from './measure-session.node.js';
import type { RunRecord } from './run-folder.node.js';
import type { Session } from './session.node.js';

/** Writes the session's model, with everything needed to predict, as a bundle. */
export async function exportSession(session: Session, path: string, record: RunRecord, metrics: Measurements): Promise<BundleInfo> {
  const { spec, transforms, data } = session;
  const model = session.learner.export();
  const info: Omit<BundleInfo, 'files'> = {
    format: 1,
    task: spec.task,
    labels: [...data.names],
    inputs: dataInputs(model.graph).map(signature),
    outputs: model.graph.outputs.map(signature),
    activation: activationOf(session),
    ...(transforms && { decode: spec.data.decode, preprocessing: [...transforms.eval] }),
    base: { uri: record.base.uri, sha256: record.base.sha256, ...(record.base.licence && { licence: record.base.licence }) },
    data: { sha256: record.data.sha256, samples: record.data.samples },
    recipe: spec.recipe.name,
    metrics: mutableMetrics(metrics),
    versions: { ...record.versions },
    created: new Date().toISOString(),
  };
  return writeBundle(path, model, info, session.base.files);
}

function activationOf({ spec, learner }: Session): BundleInfo['activation'] {
  if (spec.task === 'tensor-regression') return 'values';
  const exported = learner.spec.outputs?.[0]?.name ?? learner.model.graph.outputs[0]?.name;
  return exported === learner.model.graph.outputs[0]?.name ? 'logits' : 'probabilities';
}

function signature({ name, type }: ValueInfo): BundleInfo['inputs'][number] {
  return type.kind === 'tensor' ? { name, type: type.type, dims: [...(type.dims ?? [])] } : { name, type: type.kind, dims: [] };
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
