import type { Tensor } from '../../../core/index.js';
import type { Graph, TensorType } from '../model.js';
import type { InputDims } from './input-dims.js';
import { type InferOptions, walkStatically } from './walk.js';

export interface StaticTypes {
  /** The type of every value. */
  readonly types: ReadonlyMap<string, TensorType>;
  /** The values known before the graph runs, parameters excepted. */
  readonly constants: ReadonlyMap<string, Tensor>;
}

/**
 * The static type of every value of a graph, for given dimensions of its inputs, by name. Inputs may be left out where
 * the graph states their dimensions, or where they share symbolic ones with those given.
 *
 * @throws SHAPE_CONFLICT, SHAPE_UNSPECIFIED, SHAPE_NO_INPUT for dimensions that do not fit the inputs; SHAPE_MISMATCH and
 * other SHAPE_ errors naming the node whose output type cannot be stated
 */
export function inferTypes(graph: Graph, opset: number, dims: InputDims = {}, options: InferOptions = {}): StaticTypes {
  const { scope } = walkStatically(graph, opset, dims, options);
  return { types: scope.types, constants: scope.constants };
}
