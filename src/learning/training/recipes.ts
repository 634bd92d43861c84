import type { AdapterName, AdapterSpec, FreezeSpec } from '../../bases/surgery/index.js';
import { fail } from '../../core/index.js';
import type { OptimizerSpec } from '../../engine/optimizers/index.js';
import type { AverageSpec } from './averages/index.js';
import { type ByLayer, byLayer } from './by-layer.js';
import { type EarlyStopping, type GroupSpec, isProbe, type Phase, type ProbePhase } from './phase.js';
import type { ScheduleSpec } from './schedules/index.js';

/** How frozen matrices are stored in training: as they are, or in 8 bits with a scale for each output channel. */
export type Quantisation = 'none' | 'int8';

/** The recipes by the name a spec uses. */
export type RecipeSpec =
  | { readonly name: 'feature-extraction' | 'full' | 'scratch' }
  | { readonly name: 'linear-probe'; readonly folds: number }
  /**
   * The base first, by contrast: features of one class become alike, those of others different; then a linear probe on these. For a few samples a class
   * (Tunstall et al., SetFit, arXiv 2209.11055, with the supervised contrastive loss in place of pairs).
   */
  | { readonly name: 'setfit'; readonly temperature: number; readonly baseRate: number; readonly folds: number }
  /**
   * Head first, then the base at a lower rate. A linear head starts as a probe unless `start` says `steps`: from a good head the features are not
   * distorted (Kumar et al., arXiv 2202.10054). Otherwise `headShare` of the length goes to the head alone.
   */
  | ({
      readonly name: 'fine-tune';
      readonly start: 'auto' | 'probe' | 'steps';
      readonly headShare: number;
      readonly baseRate: number;
    } & ByLayer)
  /** Few parameters: those of an adapter and the head. The frozen matrices may be stored in 8 bits meanwhile. */
  | (AdapterSpec & { readonly quantise?: Quantisation })
  /** The biases and the head. */
  | { readonly name: 'bitfit' }
  /** The last blocks of the base, and the head. */
  | { readonly name: 'last-k'; readonly layers: number };

export interface RecipeInputs {
  /** Names of the new head's parameters; empty when the model keeps its own. */
  readonly head: readonly string[];
  /** Set where the head answers for each token. */
  readonly perToken?: boolean;
  /** Names of the parameters that the recipe trains, as {@link withRecipe} tells; left out where it may train all. */
  readonly trained?: readonly string[];
  /** What the user wants frozen beyond what the recipe freezes. */
  readonly freeze: FreezeSpec;
  readonly groups: readonly GroupSpec[];
  readonly length: Phase['length'];
  readonly optimizer: OptimizerSpec;
  readonly schedule: ScheduleSpec;
  readonly batchNorm: 'eval' | 'train';
  /** Strength of the pull of the base's weights to those that the run began with, in place of weight decay. */
  readonly l2sp?: number;
  readonly earlyStopping?: EarlyStopping;
  /** Which weights each phase ends with; as {@link Phase.keep}. */
  readonly keep?: NonNullable<Phase['keep']>;
  /** What average of the weights is kept in the last phase of gradient steps. */
  readonly average?: AverageSpec;
}

/** The phases of a recipe. */
export function phasesOf(recipe: RecipeSpec, inputs: RecipeInputs): (Phase | ProbePhase)[] {
  const plan: (recipe: never, inputs: RecipeInputs) => (Phase | ProbePhase)[] = recipes[recipe.name];
  return withAverage(plan(recipe as never, inputs), inputs.average);
}

/** Earlier phases end with the weights themselves, from which the next one goes on. */
function withAverage(phases: readonly (Phase | ProbePhase)[], average: AverageSpec | undefined): (Phase | ProbePhase)[] {
  const last = phases.findLastIndex((phase) => !isProbe(phase));
  return phases.map((phase, index) => (average && index === last ? { ...phase, average } : phase));
}

/** Folds of the probe that a fine-tuning starts with. */
export const START_FOLDS = 5;
/** A linear head has a weight and a bias. */
const LINEAR = 2;

type Recipes = {
  readonly [Name in RecipeSpec['name']]: (recipe: Extract<RecipeSpec, { name: Name }>, inputs: RecipeInputs) => (Phase | ProbePhase)[];
};

const recipes: Recipes = {
  'linear-probe': ({ folds }) => [{ name: 'probe', folds }],
  setfit: ({ temperature, baseRate, folds }, { head, earlyStopping: _, keep: __, ...inputs }) => {
    if (head.length !== LINEAR) fail('PROBE_HEAD', { parameters: head.length });
    const objective = { name: 'supervised-contrastive', temperature } as const;
    const contrast = whole('contrast', { head, ...inputs }, inputs.length);
    return [
      { ...contrast, ...byLayer({}, head, baseRate), objective, held: head },
      { name: 'probe', folds },
    ];
  },
  'feature-extraction': (_, inputs) => [{ ...headOnly(inputs, inputs.length), augment: true }],
  ...adapterRecipes(),
  bitfit: (_, inputs) => fromProbe(inputs, chosenOnly('biases', inputs)),
  'last-k': (_, inputs) => fromProbe(inputs, chosenOnly('last', inputs)),
  full: (_, inputs) => [whole('full', inputs, inputs.length)],
  scratch: (_, inputs) => [whole('scratch', inputs, inputs.length)],
  'fine-tune': ({ start, headShare, baseRate, ...layers }, inputs) => {
    const base = (length: Phase['length']): Phase => ({ ...whole('base', inputs, length), ...byLayer(layers, inputs.head, baseRate) });
    const probes = start === 'probe' || (start === 'auto' && canProbe(inputs));
    if (probes) return [{ name: 'probe', folds: START_FOLDS }, base(inputs.length)];
    const [first, second] = divide(inputs.length, inputs.head.length === 0 ? 0 : headShare);
    return first === undefined ? [base(second)] : [headOnly(inputs, first), base(second)];
  },
};

/** Whether the new head is one linear layer that reads a vector a sample. */
export function canProbe({ head, perToken }: Pick<RecipeInputs, 'head' | 'perToken'>): boolean {
  return head.length === LINEAR && !perToken;
}

/** Where few parameters of the base move, a good head to begin with matters most: a probe where there can be one. */
function fromProbe(inputs: RecipeInputs, phase: Phase): (Phase | ProbePhase)[] {
  return canProbe(inputs) ? [{ name: 'probe', folds: START_FOLDS }, phase] : [phase];
}

/** Every method that adds parameters trains these and the head. */
function adapterRecipes(): Pick<Recipes, AdapterName> {
  const plan = (_: unknown, inputs: RecipeInputs): (Phase | ProbePhase)[] => fromProbe(inputs, chosenOnly('adapter', inputs));
  return { lora: plan, dora: plan, ia3: plan, adapter: plan, 'prompt-tuning': plan };
}

export function headOnly(inputs: RecipeInputs, length: Phase['length']): Phase {
  return { ...only('head', inputs.head, inputs, length), augment: false };
}

/** What the recipe chose, by the training transforms. */
function chosenOnly(name: string, inputs: RecipeInputs): Phase {
  return only(name, inputs.trained ?? inputs.head, inputs, inputs.length);
}

/** Everything but what is named is frozen, by a pattern that none of these names matches. */
function only(name: string, trained: readonly string[], inputs: RecipeInputs, length: Phase['length']): Phase {
  return {
    ...whole(name, inputs, length),
    freeze: { kind: 'match', pattern: `^(?!(?:${trained.map(escaped).join('|')})$)` },
    batchNorm: 'eval',
  };
}

export function whole(name: string, inputs: RecipeInputs, length: Phase['length']): Phase {
  const { head, freeze, groups, optimizer, schedule, batchNorm, l2sp, earlyStopping, keep } = inputs;
  return {
    name,
    freeze,
    groups,
    length,
    optimizer,
    schedule,
    batchNorm,
    augment: true,
    ...(l2sp !== undefined && { l2sp: { except: head, strength: l2sp } }),
    ...(earlyStopping && { earlyStopping }),
    ...(keep && { keep }),
  };
}

function divide(length: Phase['length'], share: number): [Phase['length'] | undefined, Phase['length']] {
  const total = 'epochs' in length ? length.epochs : length.steps;
  const first = share === 0 || total < 2 ? 0 : Math.max(1, Math.round(total * share));
  const sized = (count: number): Phase['length'] => ('epochs' in length ? { epochs: count } : { steps: count });
  return [first === 0 ? undefined : sized(first), sized(total - first)];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
