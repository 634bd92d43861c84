import type { PlacedBatch } from '../batch-source.js';
import type { Phase, Progress } from '../phase.js';

/** The training loop as a callback sees it, and what it may do there. */
export interface Loop {
  readonly phase: Phase;
  /** Where the run stands. */
  readonly progress: Progress;
  /** Optimiser steps that the phase has at most. */
  readonly steps: number;
  /** Ends the phase once the event is over. */
  stop(reason: string): void;
  /** The phase shall end with the present weights, those of an evaluation, unless this is said again of later ones. */
  keepWeights(evaluation: { readonly metric: string; readonly value: number }): Promise<void>;
  /** What a callback remembered under its name in this phase; a resumed run remembers it too. */
  recall(name: string): unknown;
  /** @param state JSON-safe */
  remember(name: string, state: unknown): void;
}

type Handler<Arguments extends readonly unknown[], Result = void> = (...values: [...Arguments, Loop]) => Result | Promise<Result>;

/** What a callback does at the moments of the loop, which come in this order. */
export interface Handlers {
  readonly phaseBegin?: Handler<[]>;
  readonly epochBegin?: Handler<[]>;
  /** What is returned takes the place of the batch. */
  readonly batch?: Handler<[batch: PlacedBatch], PlacedBatch>;
  /** After an optimiser step. */
  readonly step?: Handler<[done: { readonly loss: number; readonly lr: number }]>;
  /** After the validation data were measured. */
  readonly evaluation?: Handler<[metrics: Readonly<Record<string, number>>]>;
  readonly epochEnd?: Handler<[]>;
  readonly phaseEnd?: Handler<[]>;
}

export type LoopEvent = keyof Handlers;

/** Something that acts at named moments of the training loop. Several are called in the order they were given. */
export interface Callback {
  readonly name: string;
  /** What it is for, in a few words. */
  readonly about: string;
  readonly on: Handlers;
}
