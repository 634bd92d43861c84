/**
 * Regraft in a browser: the same graphs, surgery, data and training, on ONNX Runtime's WebAssembly in a web worker, which `openDevice` starts.
 */
// biome-ignore-all assist/source/organizeImports: the exports are in the order of the layers.

// Steps: data from files the user picked, a learner.
export {
  blobFiles,
  browserDecoder,
  openSource,
  rowInputs,
  folds,
  groupById,
  split,
  subset,
  type Amount,
  type Dataset,
  type FoldOptions,
  type Sample,
  type SourceSpec,
  type SplitOptions,
} from './learning/data/index.js';
export {
  Learner,
  Predictor,
  type EarlyStopping,
  type FineTuneOptions,
  type FitOptions,
  type GroupSpec,
  type LearnerSpec,
  type Phase,
  type ProbePhase,
  type RunControl,
  type Scored,
  type Snapshot,
  type TrainingEvents,
} from './learning/training/index.js';
export {
  checkVocabulary,
  loadTokenizer,
  type EncodeOptions,
  type Encoding,
  type Span,
  type SpecialRole,
  type TextInput,
  type TextTokenizer,
  type WindowOptions,
} from './learning/data/index.js';
export { taskOf, type Prediction, type Predictions, type Task, type TaskName } from './learning/tasks/index.js';
export {
  TextGenerator,
  type Completion,
  type Finish,
  type GenerateOptions,
  type GeneratorOptions,
  type SamplingOptions,
} from './reuse/generation/index.js';

// Parts of the steps.
export {
  batches,
  compileTransforms,
  evalTransforms,
  parseTransforms,
  readSafetensors,
  trainTransforms,
  writeSafetensors,
  type Batch,
  type BatchOptions,
  NO_CLASS,
  type Image,
  type Mask,
  type MaskOptions,
  type Pipeline,
  type Safetensors,
  type TransformInput,
  type TransformStep,
} from './learning/data/index.js';
export type { OptimizerSpec } from './engine/optimizers/index.js';
export {
  extractFeatures,
  fitProbe,
  memoryFeatures,
  phasesOf,
  planTraining,
  scheduleFactor,
  Trainer,
  type Clip,
  type Features,
  type OpenFeatureStore,
  type Probe,
  type RecipeSpec,
  type ScheduleSpec,
  type TrainerSpec,
  type TrainingPlan,
} from './learning/training/index.js';
export { createLoss, type Loss, type LossInputs, type LossSpec } from './learning/tasks/index.js';
export {
  bootstrapIntervals,
  confusionMatrix,
  meanInterval,
  measure,
  wilsonInterval,
  type Interval,
  type Measured,
} from './trust/evaluation/index.js';
export { importFolder, type ImportedModel, type Importer, type ModelSource } from './bases/importers/index.js';
export { memoryFolder, type HubFolder } from './bases/hub/index.js';

// Surgery: a base with another head, or parts of it frozen.
export {
  adaptModel,
  findFeatures,
  findParameters,
  freeBatch,
  frozenBy,
  prepareModel,
  reinitialise,
  stageEnds,
  tapFeatures,
  withCache,
  withLogits,
  type Adapted,
  type AdaptSpec,
  type CachedModel,
  type CachePart,
  type FreedModel,
  type FreezeSpec,
  type HeadSpec,
  type Parameter,
} from './bases/surgery/index.js';

// Graphs: read, write, build, differentiate, run.
export { differentiate } from './engine/autodiff/index.js';
export {
  attribute,
  attributes,
  GraphBuilder,
  inferTypes,
  pruneUnused,
  readModel,
  specialise,
  totalWork,
  upgradeModel,
  writeModel,
  type Dim,
  type Graph,
  type Model,
  type Node,
  type TensorType,
  type Value,
  type ValueInfo,
  type ValueType,
  type Work,
} from './engine/graph/index.js';
export {
  openDevice,
  type BrowserDeviceOptions,
  type Device,
  type DeviceOptions,
  type Program,
  type ProgramOptions,
  type Tensors,
  type WasmFiles,
} from './engine/runtime/index.js';

// Values.
export { Events, float32, int64, Random, RegraftError, tensor, toNumbers, type DataType, type ErrorCode, type Tensor } from './core/index.js';
