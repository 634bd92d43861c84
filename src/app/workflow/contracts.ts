import type { ModelSource } from '../../bases/importers/index.js';
import type { Prediction } from '../../learning/tasks/index.js';
import type { BundleInfo } from '../../reuse/bundle/index.js';

/** By split and metric name: the value and its 95% interval. */
export type Metrics = BundleInfo['metrics'];

/** A new run from a spec, or one that goes on. */
export type TrainRequest = { readonly spec: string; readonly overrides: readonly string[]; readonly out: string } | { readonly resume: string };

export interface TrainResult {
  /** The run folder. */
  readonly run: string;
  /** False when the user stopped it; it can be resumed. */
  readonly done: boolean;
  readonly steps: number;
  readonly seconds: number;
  readonly metrics: Metrics;
  /** The bundle, when the run is done. */
  readonly bundle?: string;
}

export interface EvaluateRequest {
  /** A run folder or a bundle. */
  readonly model: string;
  /** Labelled data; default: the test data of the run. */
  readonly data?: string;
}

export interface EvaluateResult {
  readonly data: string;
  readonly samples: number;
  /** Samples that could not be read. */
  readonly skipped: number;
  readonly metrics: Metrics[string];
}

export interface PredictRequest {
  /** A run folder or a bundle. */
  readonly model: string;
  /** Image files, folders of images, or files of tensors. */
  readonly inputs: readonly string[];
}

export interface PredictResult {
  readonly predictions: readonly { readonly input: string; readonly prediction: Prediction }[];
  readonly skipped: readonly { readonly input: string; readonly reason: string }[];
}

export interface ExportRequest {
  /** A run folder or a bundle. */
  readonly model: string;
  /** An `.onnx` file, or a folder for a whole bundle. */
  readonly out: string;
}

export interface ExportResult {
  readonly path: string;
  readonly bytes: number;
}

export interface InspectRequest {
  /** A model URI, a path, or a bundle. */
  readonly model: string;
}

export interface InspectResult {
  readonly source: Pick<ModelSource, 'uri' | 'importer' | 'licence'>;
  readonly opset: number;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly parameters: number;
  /** Multiplications and additions for one sample. */
  readonly flops: number;
  readonly layers: readonly LayerInfo[];
  /** Parameters by the first part of their names. */
  readonly groups: readonly { readonly name: string; readonly tensors: number; readonly parameters: number }[];
  /** How many parameters each recipe would train. */
  readonly recipes: readonly { readonly recipe: string; readonly trains: number }[];
  /** Guesses, things left out. */
  readonly notes: readonly string[];
}

export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  readonly dims: readonly (number | string | null)[];
}

export interface LayerInfo {
  readonly name: string;
  readonly op: string;
  /** Shape of its first output, for one sample. */
  readonly dims: readonly (number | string | null)[];
  readonly parameters: number;
  readonly flops: number;
}

export interface GradcheckRequest {
  readonly model: string;
  /** A `.safetensors` file with the inputs and `labels`. */
  readonly data: string;
  /** Where the gradients are written, as `.safetensors`. */
  readonly out: string;
}

export interface GradcheckResult {
  readonly out: string;
  readonly loss: number;
  readonly gradients: readonly { readonly name: string; readonly dims: readonly number[]; readonly norm: number }[];
}

export interface DemoRequest {
  /** Folder for report and summary. */
  readonly out: string;
}

export interface DemoResult {
  readonly report: string;
  readonly summary: string;
  /** The verdict in one sentence. */
  readonly headline: string;
  readonly results: readonly {
    readonly method: string;
    readonly seed: number;
    readonly accuracy: number;
    readonly interval: readonly [number, number];
    readonly seconds: number;
  }[];
}
