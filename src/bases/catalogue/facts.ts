import type { SourceName } from './sources.js';

/** A measured quality of a model, as its source states it. */
export interface Metric {
  /** `ImageNet top-1` */
  readonly name: string;
  /** A share, from 0 to 1. */
  readonly value: number;
  /** Where the figure is stated. */
  readonly from: string;
}

/** What is known of a pretrained model before it is fetched. What nobody states is left out. */
export interface ModelFacts {
  /** The address, as every verb takes it. */
  readonly uri: string;
  readonly title: string;
  /** A name of the table of tasks; or what the hub calls it, where that has none. */
  readonly task?: string;
  readonly architecture?: string;
  /** Numbers that train: BatchNorm statistics are not counted. A hub's own figure may count them. */
  readonly parameters?: number;
  /** Multiply-adds of one sample of size `input`; half of what others call FLOPs. */
  readonly multiplyAdds?: number;
  /** What it was trained on. */
  readonly data?: string;
  /** SPDX identifier where the licence has one. */
  readonly licence?: string;
  readonly metrics?: readonly Metric[];
  /** `224×224×3`, `16 kHz mono` */
  readonly input?: string;
  /** From a decoded image or sound to the input. */
  readonly preprocessing?: string;
  readonly format?: string;
  readonly notes?: string;
  /** Where the facts come from. */
  readonly facts: string;
}

/** Whether Regraft imports a model: `yes` was tried, `untried` was not but its kind is read, `not yet` is of a kind or has parts that are not. */
export type Importable = 'yes' | 'untried' | 'not yet';

/** A model that a search found. */
export interface FoundModel extends ModelFacts {
  readonly source: SourceName;
  readonly importable: Importable;
  /** Which figures Regraft measured on the model itself. */
  readonly measured: readonly ('parameters' | 'multiplyAdds')[];
}

/** What `scripts/catalogue.ts` found out about a model: its figures, or the error that importing it ends with. */
export type Measured = { readonly parameters?: number; readonly multiplyAdds?: number; readonly input?: string } | { readonly refused: string };
