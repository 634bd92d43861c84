import { fail, sizeOf, type Tensor } from '../../../core/index.js';
import type { Model, StoredTensor } from '../../../engine/graph/index.js';
import { findParameters } from '../parameters.js';
import { adapterOf } from './record.js';

/**
 * The adapter's own tensors and those of the head, by name: all that differs between two trainings on one base.
 * @throws ADAPTER_ABSENT
 */
export function adapterTensors({ graph, ...model }: Model): ReadonlyMap<string, Tensor> {
  const { parameters, head } = adapterOf({ graph, ...model });
  return new Map([...parameters.map(({ name }) => name), ...head].map((name) => [name, graph.initializers.get(name) as Tensor]));
}

/**
 * The model with another adapter of the same specification, and its head. Nothing is copied: the tensors of the base are shared with the model given.
 * @throws ADAPTER_ABSENT, ADAPTER_TENSOR where one is missing or of other dimensions
 */
export function withAdapterTensors(model: Model, tensors: ReadonlyMap<string, Tensor>): Model {
  const present = adapterTensors(model);
  const initializers = new Map<string, StoredTensor>(model.graph.initializers);
  for (const [name, { dims }] of present) {
    const tensor = tensors.get(name);
    if (String(tensor?.dims) !== String(dims))
      fail('ADAPTER_TENSOR', { tensor: name, expected: dims.join('×'), found: tensor?.dims.join('×') ?? 'none' });
    initializers.set(name, tensor as Tensor);
  }
  return { ...model, graph: { ...model.graph, initializers } };
}

/** How many numbers are trained, those of the head included, and how many there are: PEFT's `get_nb_trainable_parameters`, but for its copy of the head. */
export function countParameters(model: Model): { readonly trainable: number; readonly all: number } {
  const trainable = [...adapterTensors(model).values()].reduce((sum, { dims }) => sum + sizeOf(dims), 0);
  return { trainable, all: findParameters(model.graph).reduce((sum, { size }) => sum + size, 0) };
}
