import { liftConstants } from './constants.js';
import { type ConstantLookup, resolveControlFlow } from './control-flow.js';
import { splitIdentities } from './identities.js';
import { inlineFunctions } from './inline.js';
import type { Model } from './model.js';
import { upgradeModel } from './upgrade/index.js';
import { pruneUnused } from './walk.js';

/**
 * A model in the form all later code expects, computing the same: opset 21 or later, functions inlined, constants as
 * initialisers, If with a known condition resolved, one initialiser a parameter, nothing unused. Parameters keep their names.
 *
 * @param known values found by constant folding, so that conditions made from shapes count as known
 * @throws what {@link upgradeModel} and {@link inlineFunctions} throw
 */
export function normalizeModel(model: Model, known?: ConstantLookup): Model {
  const flat = liftConstants(inlineFunctions(upgradeModel(model)));
  const resolved = splitIdentities(liftConstants(resolveControlFlow(flat, known)));
  return { ...resolved, graph: pruneUnused(resolved.graph) };
}
