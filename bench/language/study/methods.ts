import type { SpecInput } from '../../../src/app/spec/index.js';

/** A way of reusing the encoder that is trained by the workflow. */
export interface Method {
  readonly what: string;
  readonly recipe: SpecInput['recipe'];
  /** Learning rates that were tried on the validation draw, and the one that was best there; probes have none. */
  readonly rates?: readonly number[];
  readonly rate?: Readonly<Record<string, number>>;
}

/** The methods that train a network, by name. */
export const METHODS = {
  probe: { what: 'frozen encoder, logistic regression on its vectors', recipe: 'linear-probe' },
  head: { what: 'frozen encoder, a linear head trained by steps', recipe: 'feature-extraction', rates: [1e-3, 3e-3, 1e-2], rate: { brown: 1e-2 } },
  setfit: {
    what: 'contrast between the classes, then a probe',
    recipe: 'setfit',
    rates: [1e-3, 3e-3],
    rate: { topics: 3e-3, spam: 1e-3 },
  },
  lora: {
    what: 'probe first, then the head and updates of rank 8 to all linear layers',
    recipe: { name: 'lora', rank: 8, targets: 'all-linear' },
    rates: [1e-3, 3e-3, 1e-2],
    rate: { topics: 3e-3, spam: 3e-3 },
  },
  'fine-tune': {
    what: 'probe first, then all weights, those of the encoder at a tenth of the rate',
    recipe: 'fine-tune',
    rates: [1e-3, 3e-3, 1e-2],
    rate: { topics: 3e-3, spam: 1e-3 },
  },
  full: { what: 'all weights at once, the head from random', recipe: 'full', rates: [3e-4, 1e-3, 3e-3], rate: { brown: 1e-3 } },
  scratch: {
    what: 'the same network from random weights',
    recipe: 'scratch',
    rates: [1e-4, 3e-4, 1e-3, 3e-3],
    rate: { topics: 3e-4, spam: 3e-4, brown: 3e-3 },
  },
} as const satisfies Readonly<Record<string, Method>>;
