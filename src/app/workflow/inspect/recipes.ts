import { adaptModel, findParameters } from '../../../bases/surgery/index.js';
import type { Model } from '../../../engine/graph/index.js';
import { type Phase, phasesOf, planTraining, type RecipeSpec } from '../../../learning/training/index.js';

/** What one phase of a recipe trains. */
export interface TrainedPart {
  readonly phase: string;
  readonly tensors: number;
  readonly parameters: number;
  /** Share of all parameters of the model with its new head, 0 to 1. */
  readonly share: number;
}

export interface RecipePlan {
  readonly recipe: RecipeSpec['name'] | 'linear-probe';
  readonly phases: readonly TrainedPart[];
}

const RECIPES: readonly RecipeSpec[] = [
  { name: 'feature-extraction' },
  { name: 'fine-tune', headShare: 0.2, baseRate: 0.1 },
  { name: 'full' },
  { name: 'scratch' },
];

/**
 * What each recipe would train with a new linear head for `classes` classes, as a run would plan it.
 * @param sampleDims shape of one sample by input, without the batch axis
 * @throws HEAD_NOT_FOUND
 */
export function recipePlans(model: Model, sampleDims: Readonly<Record<string, readonly number[]>>, classes: number): RecipePlan[] {
  const adapted = adaptModel(model, { sampleDims, head: { hidden: [], dropout: 0 }, outputs: classes, seed: 0 });
  const sizes = new Map(findParameters(adapted.model.graph).map(({ name, size }) => [name, size]));
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const part = (phase: Phase): TrainedPart => {
    const { trainable } = planTraining(adapted.model, phase);
    const parameters = trainable.reduce((sum, { name }) => sum + (sizes.get(name) as number), 0);
    return { phase: phase.name, tensors: trainable.length, parameters, share: parameters / total };
  };
  const plans = RECIPES.map((recipe): RecipePlan => ({ recipe: recipe.name, phases: phases(recipe, adapted.headParameters).map(part) }));
  // The probe fits the same head, by regression on the features instead of gradient steps.
  const probe = (plans[0] as RecipePlan).phases.map((head) => ({ ...head, phase: 'probe' }));
  return [{ recipe: 'linear-probe', phases: probe }, ...plans];
}

/** The phases of a recipe; how long they are and at which rate does not change what they train. */
function phases(recipe: RecipeSpec, head: readonly string[]): Phase[] {
  return phasesOf(recipe, {
    head,
    freeze: { kind: 'none' },
    groups: [],
    length: { epochs: 10 },
    optimizer: { name: 'sgd', lr: 0.1, weightDecay: 0, momentum: 0, nesterov: false },
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: 'eval',
  });
}
