import { type ConstantLookup, resolveControlFlow } from './control-flow.js';
import { splitIdentities } from './identities.js';
import { inlineFunctions } from './inline.js';
import type { Model } from './model.js';
import { upgradeModel } from './upgrade/index.js';
import { pruneUnused } from './walk.js';

/**
 * A model in the form all later code expects, computing the same: opset 21 or later, functions inlined, an If with a known
 * condition replaced by its branch, one initialiser a parameter, nothing unused. Parameters keep their names. Constant nodes stay
 * nodes, since not every constant is a parameter.
 *
 * @param known values found by constant folding, so that conditions made from shapes count as known
 * @throws what {@link upgradeModel} and {@link inlineFunctions} throw
 */
export function normalizeModel(model: Model, known?: ConstantLookup): Model {
  const normal = splitIdentities(resolveControlFlow(inlineFunctions(upgradeModel(model)), known));
  return { ...normal, graph: pruneUnused(normal.graph) };
}
