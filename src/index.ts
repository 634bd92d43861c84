/**
 * Regraft in Node, in three layers: whole runs, the steps they consist of, and the plain functions below. Nothing is loaded that is not used:
 * ONNX Runtime starts with the first device, the image decoder with the first image.
 */

export { type RunSpec, resolveSpec, type SpecInput } from './app/spec/index.js';
// Whole runs: what the command line calls.
// Steps: a base, data, a learner, a bundle.
export {
  type Base,
  createLearner,
  type DoctorResult,
  doctor,
  type EvaluateRequest,
  type EvaluateResult,
  type ExportRequest,
  type ExportResult,
  evaluate,
  exportBundle,
  type GradcheckRequest,
  type GradcheckResult,
  gradcheck,
  type InitRequest,
  type InitResult,
  type InspectRequest,
  type InspectResult,
  init,
  inspect,
  type LearnerOptions,
  loadModel,
  type PredictRequest,
  type PredictResult,
  type Progress,
  predict,
  resume,
  saveBundle,
  type TrainRequest,
  type TrainResult,
  train,
  type WorkflowContext,
  type WorkflowEvents,
} from './app/workflow/index.node.js';
export { type ModelUri, parseUri, resolveUri } from './bases/hub/index.node.js';
export { type BaseReference, type ImportedModel, importModel, type ModelSource } from './bases/importers/index.node.js';
// Surgery: a base with another head, or parts of it frozen.
export {
  type Adapted,
  type AdaptSpec,
  adaptModel,
  type FreedModel,
  type FreezeSpec,
  findFeatures,
  findParameters,
  freeBatch,
  frozenBy,
  type HeadSpec,
  type Parameter,
  prepareModel,
  reinitialise,
  stageEnds,
  tapFeatures,
  withLogits,
} from './bases/surgery/index.js';
export { type DataType, type ErrorCode, Events, float32, int64, Random, RegraftError, type Tensor, tensor, toNumbers } from './core/index.js';
// Graphs: read, write, build, differentiate, run.
export { differentiate } from './engine/autodiff/index.js';
export {
  attribute,
  attributes,
  type Graph,
  GraphBuilder,
  inferTypes,
  type Model,
  type Node,
  pruneUnused,
  readModel,
  specialise,
  type TensorType,
  totalWork,
  upgradeModel,
  type Value,
  writeModel,
} from './engine/graph/index.js';
export { loadModelFile, saveModelFile } from './engine/graph/index.node.js';
export { type Device, type DeviceOptions, openDevice, type Program, type ProgramOptions, type Tensors } from './engine/runtime/index.node.js';
// Values.
export {
  type Dataset,
  folds,
  groupById,
  openDataset,
  readSafetensorsFile,
  type Sample,
  split,
  subset,
  type TransformStep,
  writeSafetensorsFile,
} from './learning/data/index.node.js';
export { type LossSpec, type Prediction, type TaskName, tasks } from './learning/tasks/index.js';
export { Learner, type Phase, Predictor, phasesOf, type Scored, type Snapshot, type TrainingEvents } from './learning/training/index.node.js';
export { type Bundle, type BundleInfo, type BundleInput, LoadedBundle, loadBundle, readBundle, writeBundle } from './reuse/bundle/index.node.js';
export { confusionMatrix, type Interval, measure, wilsonInterval } from './trust/evaluation/index.js';
