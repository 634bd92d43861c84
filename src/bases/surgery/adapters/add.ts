import { fail } from '../../../core/index.js';
import { type Model, renameNode, type StoredTensor } from '../../../engine/graph/index.js';
import { GraphEdit } from './edit.js';
import { findLayers } from './layers.js';
import type { Method } from './method.js';
import { adapterOf, recordOf, withoutRecord, withRecord } from './record.js';
import type { AdapterSpec } from './spec.js';
import { methods } from './table.js';

export interface AddOptions {
  readonly seed: number;
  /** Parameters of the head: no adapter changes its layers, and they are saved with the adapter. */
  readonly head: readonly string[];
}

/** A model with an adapter, and the names of its new parameters. */
export interface WithAdapter {
  readonly model: Model;
  readonly parameters: readonly string[];
}

/**
 * Writes an adapter into a model's graph. Nothing is computed otherwise before it is trained, but for rounding and what prompt tuning puts before
 * texts. The tensors of the base are the same objects as before.
 *
 * @param model as `prepareModel` returns it
 * @throws ADAPTER_PRESENT, ADAPTER_NO_TARGET, ADAPTER_NO_BLOCKS, ADAPTER_NO_TOKENS, ADAPTER_FIXED_LENGTH, REGEX_INVALID
 */
export function addAdapter(model: Model, spec: AdapterSpec, { seed, head }: AddOptions): WithAdapter {
  const present = recordOf(model);
  if (present) fail('ADAPTER_PRESENT', { method: present.spec.name });
  const edit = new GraphEdit(model);
  const layers = findLayers(model.graph).filter(({ weight }) => !head.includes(weight));
  (methods[spec.name] as Method<AdapterSpec>).add(edit, spec, { graph: model.graph, opset: model.opsets.get('') ?? 0, layers, seed });
  const { edits } = edit;
  return {
    model: withRecord({ ...model, graph: edit.finish() }, { spec, head, ...edits }),
    parameters: edits.parameters.map(({ name }) => name),
  };
}

/**
 * The model as it was before {@link addAdapter}, bit for bit but for a head that was trained meanwhile.
 * @throws ADAPTER_ABSENT
 */
export function removeAdapter(model: Model): Model {
  const { parameters, added, aliases } = adapterOf(model);
  const gone = new Set([...added, ...parameters.map(({ name }) => name)]);
  const names = new Map(Object.entries(aliases));
  const nodes = model.graph.nodes.filter(({ outputs }) => !outputs.some((name) => gone.has(name)));
  const initializers = new Map<string, StoredTensor>([...model.graph.initializers].filter(([name]) => !gone.has(name)));
  return withoutRecord({ ...model, graph: { ...model.graph, nodes: nodes.map((node) => renameNode(node, names)), initializers } });
}
