import { inlineFunctions, type Model, pruneUnused, resolveControlFlow, splitIdentities, upgradeModel } from '../../engine/graph/index.js';
import { batchNormInEvaluation } from './batch-norm.js';
import { liftWeightConstants } from './weight-constants.js';

/**
 * A model as all of Regraft expects it, computing the same as before: a modern opset, no local functions, no If with a constant
 * condition, every weight an initialiser of its own, BatchNormalization in evaluation mode. Parameters keep their names.
 *
 * @throws ONNX_ and GRAPH_ errors naming what cannot be upgraded or inlined
 */
export function prepareModel(model: Model): Model {
  const flat = splitIdentities(resolveControlFlow(inlineFunctions(upgradeModel(model))));
  const graph = batchNormInEvaluation(liftWeightConstants(flat.graph));
  return { ...flat, graph: pruneUnused(graph) };
}
