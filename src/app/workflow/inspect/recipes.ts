import { type Adapted, adaptModel, findParameters } from '../../../bases/surgery/index.js';
import { RegraftError } from '../../../core/index.js';
import type { Model } from '../../../engine/graph/index.js';
import { isProbe, type Phase, type ProbePhase, phasesOf, planTraining, type RecipeSpec, withRecipe } from '../../../learning/training/index.js';

/** What one phase of a recipe trains. */
export interface TrainedPart {
  readonly phase: string;
  readonly tensors: number;
  readonly parameters: number;
  /** Share of all parameters of the model with its new head, 0 to 1. */
  readonly share: number;
}

export interface RecipePlan {
  readonly recipe: RecipeSpec['name'];
  readonly phases: readonly TrainedPart[];
}

const LOW_RANK = { rank: 8, alpha: 16, dropout: 0, rankStabilised: false, targets: 'auto' } as const;

/** Every recipe with the options a spec has by default. */
const RECIPES: Readonly<Record<RecipeSpec['name'], RecipeSpec>> = {
  'linear-probe': { name: 'linear-probe', folds: 5 },
  'feature-extraction': { name: 'feature-extraction' },
  'fine-tune': { name: 'fine-tune', start: 'auto', headShare: 0.2, baseRate: 0.1 },
  full: { name: 'full' },
  scratch: { name: 'scratch' },
  lora: { name: 'lora', ...LOW_RANK },
  dora: { name: 'dora', ...LOW_RANK },
  ia3: { name: 'ia3', targets: 'auto', feedForward: 'auto' },
  adapter: { name: 'adapter', width: 64, activation: 'relu', after: 'both' },
  'prompt-tuning': { name: 'prompt-tuning', tokens: 20 },
  bitfit: { name: 'bitfit' },
  'last-k': { name: 'last-k', layers: 2 },
};

/**
 * What each recipe that the model allows would train with a new linear head for `classes` classes, as a run would plan it.
 * @param features the value that the head reads
 * @param sampleDims shape of one sample by input, without the batch axis
 * @throws HEAD_NOT_FOUND
 */
export function recipePlans(model: Model, features: string, sampleDims: Readonly<Record<string, readonly number[]>>, classes: number): RecipePlan[] {
  const adapted = adaptModel(model, { sampleDims, taps: [features], head: { hidden: [], dropout: 0 }, outputs: classes, seed: 0 });
  return Object.values(RECIPES).flatMap((recipe) => {
    try {
      return [planOf(recipe, adapted)];
    } catch (error) {
      // Prompt tuning needs tokens, an adapter the blocks of a transformer.
      if (error instanceof RegraftError) return [];
      throw error;
    }
  });
}

function planOf(recipe: RecipeSpec, { model: base, headParameters: head }: Adapted): RecipePlan {
  const { model, trained } = withRecipe(base, recipe, head, 0);
  const sizes = new Map(findParameters(model.graph).map(({ name, size }) => [name, size]));
  const sum = (names: Iterable<string>): number => [...names].reduce((total, name) => total + (sizes.get(name) as number), 0);
  const part = (phase: Phase | ProbePhase): TrainedPart => {
    const names = isProbe(phase) ? head : planTraining(model, phase).trainable.map(({ name }) => name);
    return { phase: phase.name, tensors: names.length, parameters: sum(names), share: sum(names) / sum(sizes.keys()) };
  };
  return { recipe: recipe.name, phases: phases(recipe, head, trained).map(part) };
}

/** The phases of a recipe; how long they are and at which rate does not change what they train. */
function phases(recipe: RecipeSpec, head: readonly string[], trained: readonly string[] | undefined): (Phase | ProbePhase)[] {
  return phasesOf(recipe, {
    head,
    ...(trained && { trained }),
    freeze: { kind: 'none' },
    groups: [],
    length: { epochs: 10 },
    optimizer: { name: 'sgd', lr: 0.1, weightDecay: 0, momentum: 0, nesterov: false },
    schedule: { name: 'constant', warmup: 0 },
    batchNorm: 'eval',
  });
}
