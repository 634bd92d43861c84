/** Where a run stands. */
export interface Moment {
  /** Optimiser step, from 0. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** What evaluations so far have made of the rate, where the schedule follows them (default: 1). */
  readonly plateau?: number;
}

/** How the learning rate moves over a run. `warmup` is the share of all steps in which it rises linearly to its full value. */
export type ScheduleSpec = { readonly warmup: number } & (
  | { readonly name: 'constant' }
  /** Multiplied by `factor` every `every` epochs. */
  | { readonly name: 'step'; readonly every: number; readonly factor: number }
  /** Half a cosine from 1 to `endFactor`. Source: Loshchilov & Hutter, arXiv 1608.03983, without restarts. */
  | { readonly name: 'cosine'; readonly endFactor: number }
  | { readonly name: 'linear'; readonly endFactor: number }
  /** (1 − share)^`power` from 1 to `endFactor`. Source: Chen et al., DeepLab, arXiv 1606.00915, section 4.1, where the power is 0.9. */
  | { readonly name: 'polynomial'; readonly power: number; readonly endFactor: number }
  /** Multiplied by `factor`, not below `minFactor`, where more than `patience` evaluations in a row have not improved `metric` by the share `threshold`. */
  | {
      readonly name: 'plateau';
      readonly metric: string;
      readonly factor: number;
      readonly patience: number;
      readonly threshold: number;
      readonly minFactor: number;
    }
  /** Half a cosine up from `startFactor` over `warmup`, half a cosine down to `endFactor`. Source: Smith & Topin, arXiv 1708.07120. */
  | { readonly name: 'one-cycle'; readonly startFactor: number; readonly endFactor: number }
  /** A straight line up from 1/`ratio` over `warmup`, the paper's cut_frac, and one down again. Source: Howard & Ruder, arXiv 1801.06146. */
  | { readonly name: 'slanted-triangular'; readonly ratio: number }
);

type Named<Name extends ScheduleSpec['name']> = Extract<ScheduleSpec, { name: Name }>;
/** Schedules that say themselves how the rate rises. */
type Cycle = 'one-cycle' | 'slanted-triangular';

/** Factor after the warm-up, at `share` of the rest of the run. */
const decays: { readonly [Name in Exclude<ScheduleSpec['name'], Cycle>]: (spec: Named<Name>, share: number, moment: Moment) => number } = {
  constant: () => 1,
  step: ({ every, factor }, _, { step, stepsPerEpoch }) => factor ** Math.floor(step / (every * stepsPerEpoch)),
  cosine: ({ endFactor }, share) => cosineBetween(1, endFactor, share),
  linear: ({ endFactor }, share) => 1 + (endFactor - 1) * share,
  polynomial: ({ power, endFactor }, share) => endFactor + (1 - endFactor) * (1 - share) ** power,
  plateau: (_, __, { plateau = 1 }) => plateau,
};

const cycles: { readonly [Name in Cycle]: (spec: Named<Name>, moment: Moment) => number } = {
  'one-cycle': ({ warmup, startFactor, endFactor }, { step, steps }) => {
    const top = Math.round(warmup * steps);
    if (step < top) return cosineBetween(startFactor, 1, step / top);
    return cosineBetween(1, endFactor, (step - top) / Math.max(1, steps - 1 - top));
  },
  'slanted-triangular': ({ warmup, ratio }, { step, steps }) => {
    const cut = Math.floor(warmup * steps);
    // The paper divides by cut · (1/cut_frac − 1), which is the same where no step is rounded away, and else passes 1/ratio before the end.
    const share = step < cut ? step / cut : 1 - (step - cut) / (steps - cut);
    return (1 + share * (ratio - 1)) / ratio;
  },
};

/** The factor on every group's learning rate at a moment of the run. */
export function scheduleFactor(spec: ScheduleSpec, moment: Moment): number {
  if (spec.name in cycles) {
    const cycle: (spec: never, moment: Moment) => number = cycles[spec.name as Cycle];
    return cycle(spec as never, moment);
  }
  const { step, steps } = moment;
  const warmup = Math.round(spec.warmup * steps);
  if (step < warmup) return (step + 1) / (warmup + 1);
  const decay: (spec: never, share: number, moment: Moment) => number = decays[spec.name as keyof typeof decays];
  return decay(spec as never, (step - warmup) / Math.max(1, steps - warmup), moment);
}

function cosineBetween(from: number, to: number, share: number): number {
  return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * share));
}
