import type { Model } from '../../engine/graph/index.js';
import type { HubFolder, HubSource } from '../hub/index.js';
import type { Preprocessing } from './preprocessing.js';

/** Where a model came from, and the hash of every file that was read for it. */
export interface ModelSource extends HubSource {
  readonly importer: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** A base model, whatever its ecosystem was. */
export interface ImportedModel {
  readonly model: Model;
  /** Class names of the output, where the source tells them. */
  readonly labels?: readonly string[];
  /** What the base was trained with, where the source tells it. */
  readonly preprocessing?: Preprocessing;
  /** The value that a new head reads, of a model that has no head of its own. */
  readonly features?: string;
  /** The value `[N, T, C]` with a vector for each token, of a text model without a head. */
  readonly tokens?: string;
  /** Tokens that a text model takes at most, where its positions have an end. */
  readonly maxTokens?: number;
  /** Set where a token sees only those before it: then the last one alone has read all of a text. */
  readonly isCausal?: true;
  /** Files that belong to the model beside its graph, by name: tokenizer, processor. */
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly source: ModelSource;
  /** What the user should know: guesses, things left out. */
  readonly notes: readonly string[];
}

/** What an importer hands over; {@link ModelSource} is added by the driver. */
export interface Import extends Omit<ImportedModel, 'source'> {
  /** SPDX identifier that the file states, where its source states none. */
  readonly licence?: string;
}

/** What the user says of a model where its file does not. */
export interface ImportHints {
  /** The architecture of bare weights. */
  readonly architecture?: string;
  /** Which signature of a SavedModel to use. */
  readonly signature?: string;
  /** What the model is for, where its file may be read as one of several: with the head of a language model, or without one. */
  readonly purpose?: Purpose;
}

/** What a text model is read for: a new head on its features, or its own knowledge of words. */
export type Purpose = 'features' | 'masked-language-model' | 'causal-language-model';

/** One ecosystem's format. */
export interface Importer {
  readonly name: string;
  /** What it reads, for error messages. */
  readonly formats: string;
  /** Whether a model of its kind is the one that is meant beside those of others: repositories keep the same weights in several formats. */
  readonly prevails?: true;
  /** The files in a listing that each are (the entry of) a model of this kind. */
  recognises(files: readonly string[]): readonly string[];
  /** Reads the model whose entry is `entry`. @throws IMPORT_* */
  import(folder: HubFolder, entry: string, hints: ImportHints): Promise<Import>;
}
