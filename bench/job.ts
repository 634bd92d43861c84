import type { FreezeSpec } from '../src/bases/surgery/index.js';
import type { OptimizerSpec } from '../src/engine/optimizers/index.js';

/** An input of a network, drawn from U[low, high), or whole numbers of it; the leading dimension counts samples. */
export interface InputSpec {
  readonly type: 'float32' | 'int64';
  readonly dims: readonly number[];
  readonly low: number;
  readonly high: number;
}

interface Shared {
  readonly network: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Samples in one step or call. */
  readonly batchSize: number;
}

/** One optimiser step, or the compilation of one. */
export interface TrainWork extends Shared {
  readonly kind: 'train' | 'compile';
  readonly classes: number;
  /** Size of the map of labels where each pixel has one. */
  readonly pixels?: readonly [number, number];
  readonly optimizer: OptimizerSpec;
  readonly batchNorm: 'eval' | 'train';
  /** Regular expression over PyTorch's names of the parameters that are trained. */
  readonly trainable: string;
  /** The same in the words of a spec. */
  readonly freeze: FreezeSpec;
  /** Whether what lies below the first trained parameter is computed once, before the measurement. */
  readonly cached: boolean;
}

/** One batch through the network. */
export interface PredictWork extends Shared {
  readonly kind: 'predict';
}

/** A whole training of a linear head on features that were computed before. */
export interface HeadWork extends Shared {
  readonly kind: 'head';
  readonly classes: number;
  readonly optimizer: OptimizerSpec;
  /** Times that all rows of the input are used. */
  readonly epochs: number;
}

export type NetworkWork = TrainWork | PredictWork | HeadWork;
/** What every engine of a row does, once a unit. */
export type Work = NetworkWork | { readonly kind: 'help' };
export type Kind = Work['kind'];

/** What a process of an engine is told when it starts. */
export type Job<W extends Work = Work> = W & {
  readonly seed: number;
  readonly tiny: boolean;
  readonly threads: number;
  /** ONNX file with weights. */
  readonly model: string;
  /** The same weights for PyTorch. */
  readonly weights: string;
};

/** What a process says once it is ready. */
export interface Ready {
  readonly versions: Readonly<Record<string, string>>;
  /** Elements of all trained parameters; 0 where nothing is trained. */
  readonly parameters: number;
}

/** What it says after a request of `count` units. */
export interface Spent {
  /** Processor seconds of all its threads. */
  readonly cpu: number;
  readonly wall: number;
  /** Loss, or mean size of the outputs, of the last unit: engines that do the same work agree on it. */
  readonly result: number;
  /** Largest resident memory since its start, in bytes. */
  readonly peak: number;
}
