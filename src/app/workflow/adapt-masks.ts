import { adaptForPixels, keepForPixels } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { SampleDims } from '../../learning/data/index.js';
import type { RunSpec } from '../spec/index.js';
import type { AdaptedBase } from './adapted-base.js';
import type { Base } from './base.node.js';
import type { RunData } from './data.node.js';

/** What the loss of the auxiliary head counts. */
const AUXILIARY = 0.4;

/** A base with a head for pixels. @throws HEAD_TASK, DATA_ONE_CLASS, and what surgery throws */
export function adaptForMasks({ head, seed }: Pick<RunSpec, 'head' | 'seed'>, base: Base, data: RunData, sampleDims: SampleDims): AdaptedBase {
  if (head.name === 'mlp' || head.name === 'keep') {
    return fail('HEAD_TASK', { head: head.name, task: 'semantic-segmentation', known: 'deeplabv3, deeplabv3+, lr-aspp, fcn, u-net, linear, keep' });
  }
  if (data.names.length === 1) fail('DATA_ONE_CLASS', { data: data.train.name, label: data.names[0] ?? '' });
  // What `auto` says of dropout is meant for a linear head.
  const wanted = head.name === 'auto' ? { name: 'deeplabv3' as const } : head;
  const spec = { sampleDims, head: wanted, classes: data.names.length, seed, ...(base.features && { features: base.features }) };
  const { model, headParameters, outputs, auxiliary } = adaptForPixels(base.model, spec);
  const second = auxiliary === undefined ? {} : { auxiliary: { output: auxiliary, weight: AUXILIARY } };
  return { model, head: headParameters, features: undefined, outputs, ...second };
}

/** A model of segmentation with its own head. @throws BASE_NO_PIXELS, HEAD_KEEP_CLASSES */
export function keepForMasks({ model: given, uri }: Base, sampleDims: SampleDims, classes: number): AdaptedBase {
  const { model, outputs } = keepForPixels(given, sampleDims) ?? fail('BASE_NO_PIXELS', { uri });
  if (outputs < classes) fail('HEAD_KEEP_CLASSES', { outputs, classes });
  return { model, head: [], features: undefined, outputs: model.graph.outputs };
}
