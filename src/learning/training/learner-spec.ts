import type { Model, ValueInfo } from '../../engine/graph/index.js';
import type { Device, Tensors } from '../../engine/runtime/index.js';
import type { Dataset, ModelInputs, Sampler } from '../data/index.js';
import type { LossSpec, Task } from '../tasks/index.js';
import type { Auxiliary } from './auxiliary.js';
import type { Callback } from './callbacks/index.js';
import type { Clip } from './clip.js';
import type { OpenFeatureStore } from './feature-store.js';
import type { MixSpec } from './mixing/mix.js';
import type { Progress } from './phase.js';
import type { Unlabelled } from './pseudo-labels/unlabelled.js';
import type { Teacher } from './teachers/teacher.js';

export interface LearnerSpec {
  readonly device: Device;
  /** The model with its head, symbolic batch dimension first in every data input. */
  readonly model: Model;
  /** Names of the parameters of a new head; empty where the base keeps its own. */
  readonly head: readonly string[];
  /** The value that a new head reads, `[N, width]`. */
  readonly headInput?: string;
  /** A second head that training looks at, too. */
  readonly auxiliary?: Auxiliary;
  /** Outputs of the exported model, where they are not those that training looks at: probabilities, for example. */
  readonly outputs?: readonly ValueInfo[];
  /** How samples become what the model reads. */
  readonly inputs: ModelInputs;
  /** The same for images whose shorter side has another length in pixels, where phases ask for one. */
  readonly inputsAt?: (size: number) => ModelInputs;
  readonly task: Task;
  readonly loss: LossSpec;
  readonly train: Dataset;
  readonly validation?: Dataset;
  readonly batchSize: number;
  /** Samples that every batch must have, where the model takes no other number. */
  readonly fixedBatch?: number;
  /** Micro-batches whose gradients make one step. */
  readonly accumulate: number;
  readonly shuffle: boolean;
  /** How often an epoch shows each class, where not as often as it occurs. */
  readonly sampler?: Sampler;
  /** How the samples of a batch are mixed in phases that augment. */
  readonly mix?: MixSpec;
  /** Augmented views of each sample of which frozen features are kept, where there is an augmentation (default 1: none are kept). */
  readonly views?: number;
  readonly clip: Clip;
  /** Whether activations are computed again in the backward pass rather than kept. */
  readonly checkpointActivations?: boolean;
  /** Rate at which the last residual branch is left out in training, 0 to 1 (default: 0). */
  readonly stochasticDepth?: number;
  /** Models that do not change, of whom something is learnt beside the task. */
  readonly teachers?: readonly Teacher[];
  /** Samples without labels that take part. */
  readonly unlabelled?: Unlabelled;
  /** Where the running statistics of BatchNormalizations are estimated anew on the training data before the first phase. */
  readonly statistics?: 'adapt';
  readonly seed: number;
  readonly features: OpenFeatureStore;
  /** The user's own, called before those that a phase asks for. */
  readonly callbacks?: readonly Callback[];
  /** Share of the samples that may be unreadable, 0 to 1. */
  readonly maxSkippedShare: number;
}

/** All that resuming needs. */
export interface Snapshot {
  readonly progress: Progress;
  /** Weights that differ from the base, optimiser state and best weights, by name. */
  readonly tensors: Tensors;
}

export interface RunControl {
  /** Where to go on from. */
  readonly from?: Snapshot;
  readonly checkpoint?: {
    isDue(progress: Progress, at: 'step' | 'epoch'): boolean;
    save(snapshot: Snapshot): Promise<void>;
  };
  /** Ends the run after the step, or the batch of frozen features, in progress, leaving a checkpoint. */
  readonly signal?: AbortSignal;
}
