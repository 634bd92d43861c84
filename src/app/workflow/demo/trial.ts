import type { Device } from '../../../engine/runtime/index.js';
import type { Scored } from '../../../learning/training/index.js';
import type { Base } from '../base.node.js';
import type { Session } from '../session.node.js';
import type { DemoData, DemoSplit } from './data.node.js';
import type { FeatureSets } from './features.node.js';
import type { MethodName } from './methods.js';
import type { DemoResult } from './result.js';
import { shareOf } from './share.js';

/** All that a method may use on one seed. */
export interface Trial {
  readonly base: Base;
  readonly data: DemoData;
  readonly features: { readonly own: FeatureSets; readonly foreign: FeatureSets };
  readonly split: DemoSplit;
  /** For the probes; a training opens one of its own. */
  readonly device: Device;
  /** Folder for temporary files. */
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
  /** What an earlier seed chose for training from scratch. */
  readonly scratchRate: RateChoice | undefined;
}

/** A learning rate that a method chose for itself. */
export interface RateChoice {
  readonly rate: number;
  /** Loss on the labelled images that were kept for choosing. */
  readonly tried: readonly { readonly rate: number; readonly loss: number }[];
  /** What choosing took. */
  readonly seconds: number;
}

/** Which images a method took for what they are, in the order of the split. */
export interface Hits {
  readonly own: readonly boolean[];
  readonly shifted: readonly boolean[];
}

/** A method on one seed. */
export interface MethodRun {
  readonly result: DemoResult;
  readonly hits: Hits;
  /** Left by methods that train by steps; whoever ran them closes it. */
  readonly training?: Training;
}

export interface Training {
  readonly session: Session;
  readonly scored: Scored;
  /** `[step, loss]` */
  readonly losses: readonly (readonly [number, number])[];
  readonly choice?: RateChoice;
}

/** Runs a method; `earlier` are the methods before it on the same seed. */
export type Runner = (trial: Trial, earlier: ReadonlyMap<MethodName, MethodRun>) => Promise<MethodRun>;

/** A method's result from its hits. */
export function runOf(method: MethodName, seed: number, seconds: number, hits: Hits): MethodRun {
  return { result: { method, seed, ...shareOf(hits.own), shifted: shareOf(hits.shifted), seconds }, hits };
}
