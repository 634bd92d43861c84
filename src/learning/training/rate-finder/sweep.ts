import type { Sweep } from './suggestions.js';

const STEPS = 100;
const [LOWEST, HIGHEST] = [1e-7, 10];
/** Share of the running mean of losses that stays at each step. */
const BETA = 0.98;
/** How many times its least value a loss may be. */
const DIVERGED = 4;

/** How far a sweep is. */
interface SweepStep {
  readonly done: number;
  readonly total: number;
  readonly rate: number;
  /** Smoothed. */
  readonly loss: number;
}

/**
 * Steps at exponentially rising rates, until the loss diverges: with fastai's numbers, 100 steps from 1e-7 to 10, the losses smoothed.
 * Source: Smith, Cyclical Learning Rates for Training Neural Networks, arXiv 1506.01186, section 3.3.
 */
export class RateSweep implements Sweep {
  readonly rates: number[] = [];
  readonly losses: number[] = [];
  readonly #onStep: (step: SweepStep) => void;
  #mean = 0;
  #best = Number.POSITIVE_INFINITY;

  constructor(onStep: (step: SweepStep) => void) {
    this.#onStep = onStep;
  }

  /** The rate of the next step. */
  get rate(): number {
    return LOWEST * (HIGHEST / LOWEST) ** (this.rates.length / STEPS);
  }

  /** The next step, counted from 1. */
  get step(): number {
    return this.rates.length + 1;
  }

  /** Takes the loss of a step. @returns whether the sweep goes on */
  add(raw: number): boolean {
    this.#mean = BETA * this.#mean + (1 - BETA) * raw;
    const [rate, loss] = [this.rate, this.#mean / (1 - BETA ** this.step)];
    if (!Number.isFinite(loss)) return false;
    this.rates.push(rate);
    this.losses.push(loss);
    this.#onStep({ done: this.rates.length, total: STEPS, rate, loss });
    this.#best = Math.min(this.#best, loss);
    return loss <= DIVERGED * this.#best && this.rates.length < STEPS;
  }
}
