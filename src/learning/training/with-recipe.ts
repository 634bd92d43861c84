import { addAdapter, biasParameters, headParameters, lastLayers } from '../../bases/surgery/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { RecipeSpec } from './recipes.js';

/** A model as a recipe trains it. */
export interface Prepared {
  readonly model: Model;
  /** Names of all parameters that the recipe trains, the head's included; `undefined` where it may train all. */
  readonly trained: readonly string[] | undefined;
}

/**
 * Adds what a recipe trains to a model with its head, and tells what that is.
 * @param head names of the parameters of a new head; where the base keeps its own, the layer that gives the output is taken for it
 * @throws what `addAdapter` and `lastLayers` throw
 */
export function withRecipe(model: Model, recipe: RecipeSpec, head: readonly string[], seed: number): Prepared {
  switch (recipe.name) {
    case 'lora':
    case 'dora':
    case 'ia3':
    case 'adapter':
    case 'prompt-tuning': {
      const own = headOf(model, head);
      const added = addAdapter(model, recipe, { seed, head: own });
      return { model: added.model, trained: [...own, ...added.parameters] };
    }
    case 'bitfit':
      return { model, trained: union(headOf(model, head), biasParameters(model.graph)) };
    case 'last-k':
      return { model, trained: union(headOf(model, head), lastLayers(model.graph, recipe.layers)) };
    default:
      return { model, trained: undefined };
  }
}

function headOf({ graph }: Model, head: readonly string[]): readonly string[] {
  return head.length > 0 ? head : headParameters(graph);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
