import { addAdapter, biasParameters, findParameters, headParameters, lastLayers, quantiseFrozen } from '../../bases/surgery/index.js';
import type { Model } from '../../engine/graph/index.js';
import type { Quantisation, RecipeSpec } from './recipes.js';

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
      const { quantise = 'none', ...adapter } = recipe;
      const own = headOf(model, head);
      const added = addAdapter(model, adapter, { seed, head: own });
      const trained = [...own, ...added.parameters];
      return { model: quantisers[quantise](added.model, trained), trained };
    }
    case 'bitfit':
      return { model, trained: union(headOf(model, head), biasParameters(model.graph)) };
    case 'last-k':
      return { model, trained: union(headOf(model, head), lastLayers(model.graph, recipe.layers)) };
    default:
      return { model, trained: undefined };
  }
}

/** How a model stores what is not trained. */
const quantisers: Readonly<Record<Quantisation, (model: Model, trained: readonly string[]) => Model>> = {
  none: (model) => model,
  int8: (model, trained) => {
    const names = findParameters(model.graph).map(({ name }) => name);
    return quantiseFrozen(
      model,
      names.filter((name) => !trained.includes(name)),
    );
  },
};

function headOf({ graph }: Model, head: readonly string[]): readonly string[] {
  return head.length > 0 ? head : headParameters(graph);
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
