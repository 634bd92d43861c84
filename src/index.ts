/**
 * Regraft in Node, in three layers: whole runs, the steps they consist of, and the plain functions below. Nothing is loaded that is not used:
 * ONNX Runtime starts with the first device, the image decoder with the first image.
 */
// biome-ignore-all assist/source/organizeImports: the exports are in the order of the layers.

// Whole runs: what the command line calls.
export {
  diff,
  doctor,
  evaluate,
  exportBundle,
  gradcheck,
  init,
  inspect,
  predict,
  resume,
  search,
  train,
  type DiffResult,
  type DoctorResult,
  type EvaluateRequest,
  type EvaluateResult,
  type ExportRequest,
  type ExportResult,
  type GradcheckRequest,
  type GradcheckResult,
  type InitRequest,
  type InitResult,
  type InspectRequest,
  type InspectResult,
  type PredictRequest,
  type PredictResult,
  type FoundModel,
  type Progress,
  type SearchRequest,
  type SearchResult,
  type TrainRequest,
  type TrainResult,
  type WorkflowContext,
  type WorkflowEvents,
} from './app/workflow/index.node.js';
export { resolveSpec, type ResolveOptions, type RunSpec, type SpecInput } from './app/spec/index.js';

// Steps: a base, data, a learner, a bundle.
export { createLearner, loadModel, saveBundle, type Base, type LearnerOptions } from './app/workflow/index.node.js';
export {
  openDataset,
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
} from './learning/data/index.node.js';
export {
  Learner,
  Predictor,
  type Callback,
  type EarlyStopping,
  type FineTuneOptions,
  type FitOptions,
  type GroupSpec,
  type Handlers,
  type LearnerSpec,
  type Loop,
  type LoopEvent,
  type OneCycleOptions,
  type Phase,
  type ProbePhase,
  type RunControl,
  type Scored,
  type Snapshot,
  type TrainingEvents,
} from './learning/training/index.node.js';
export {
  adapterTensors,
  addAdapter,
  countParameters,
  loadAdapter,
  mergeAdapter,
  removeAdapter,
  saveAdapter,
  withAdapterTensors,
  type AdapterFiles,
  type AdapterSpec,
  type WithAdapter,
} from './bases/surgery/index.js';
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
} from './learning/data/index.node.js';
export { taskOf, type Prediction, type Predictions, type Task, type TaskName } from './learning/tasks/index.js';
export {
  TextGenerator,
  type Completion,
  type Finish,
  type GenerateOptions,
  type GeneratorOptions,
  type SamplingOptions,
} from './reuse/generation/index.js';
export { LoadedBundle, loadBundle, readBundle, writeBundle, type Bundle, type BundleInfo, type BundleInput } from './reuse/bundle/index.node.js';

// Parts of the steps.
export {
  nodeDecoder,
  openSource,
  rowInputs,
  readSafetensorsFile,
  writeSafetensorsFile,
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
} from './learning/data/index.node.js';
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
} from './learning/training/index.node.js';
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
export { importModel, type BaseReference, type ImportedModel, type Importer, type ModelSource } from './bases/importers/index.node.js';
export { parseUri, resolveUri, type ModelUri } from './bases/hub/index.node.js';

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
export { loadModelFile, saveModelFile } from './engine/graph/index.node.js';
export { openDevice, type Device, type DeviceOptions, type Program, type ProgramOptions, type Tensors } from './engine/runtime/index.node.js';

// Values.
export { Events, float32, int64, Random, RegraftError, tensor, toNumbers, type DataType, type ErrorCode, type Tensor } from './core/index.js';
