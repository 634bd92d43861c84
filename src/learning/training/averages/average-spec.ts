/** Averages of the weights over training, by the name a spec uses. */
export type AverageSpec =
  /**
   * Each step, the average keeps `decay` of itself and takes the rest from the weights. The decay begins at 0, so that nothing of the first weights stays,
   * and rises to its value as 1 − t^(−2/3), as timm's `ModelEmaV3` has it with its warm-up. Source: Polyak & Juditsky, 1992.
   */
  | { readonly name: 'ema'; readonly decay: number }
  /**
   * The mean of the weights after each of the last `share` of the steps, in which the rate stays as it is (`constant`) or follows its schedule.
   * Source: Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, arXiv 1803.05407.
   */
  | { readonly name: 'swa'; readonly share: number; readonly rate: 'constant' | 'schedule' };

type Named<Name extends AverageSpec['name']> = Extract<AverageSpec, { name: Name }>;

/** timm's. */
const WARMUP_POWER = 2 / 3;

const shares: { readonly [Name in AverageSpec['name']]: (spec: Named<Name>, step: number, steps: number) => number } = {
  ema: ({ decay }, step) => 1 - Math.min(decay, 1 - step ** -WARMUP_POWER),
  swa: (spec, step, steps) => 1 / Math.max(1, step - firstStep(spec, steps) + 1),
};

/**
 * Share of the weights after a step in their average.
 * @param step counted from 1
 * @returns in [0, 1]: 0 before the average begins, 1 where it does
 */
export function averageShare(spec: AverageSpec | undefined, step: number, steps: number): number {
  if (spec === undefined || step < firstStep(spec, steps)) return 0;
  const share: (spec: never, step: number, steps: number) => number = shares[spec.name];
  return share(spec as never, step, steps);
}

/** The step, counted from 0, whose place in the schedule the rate of a step has. */
export function scheduledStep(spec: AverageSpec | undefined, step: number, steps: number): number {
  return spec?.name === 'swa' && spec.rate === 'constant' ? Math.min(step, firstStep(spec, steps) - 1) : step;
}

/** The first step after which weights are averaged, counted from 1. */
function firstStep(spec: AverageSpec, steps: number): number {
  return spec.name === 'swa' ? steps - Math.max(1, Math.round(spec.share * steps)) + 1 : 1;
}
