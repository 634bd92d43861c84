/**
 * Regraft in a browser: the same graphs, surgery, data and training, on ONNX Runtime's WebAssembly in a web worker. `openDevice` starts it.
 */

export { type HubFolder, memoryFolder } from './bases/hub/index.js';
export { type ImportedModel, importFolder, type ModelSource } from './bases/importers/index.js';
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
export {
  type BrowserDeviceOptions,
  type Device,
  type DeviceOptions,
  openDevice,
  type Program,
  type ProgramOptions,
  type Tensors,
  type WasmFiles,
} from './engine/runtime/index.js';
// Steps: a model from bytes, data from files the user picked, a learner.
// Values.
export {
  blobFiles,
  browserDecoder,
  type Dataset,
  folds,
  groupById,
  openSource,
  readSafetensors,
  type Sample,
  type SourceSpec,
  split,
  subset,
  type TransformStep,
  writeSafetensors,
} from './learning/data/index.js';
export { createLoss, type LossSpec, type Prediction, type TaskName, tasks } from './learning/tasks/index.js';
export {
  extractFeatures,
  fitProbe,
  Learner,
  type LearnerSpec,
  memoryFeatures,
  type Phase,
  Predictor,
  phasesOf,
  type Scored,
  type Snapshot,
  Trainer,
  type TrainerSpec,
  type TrainingEvents,
} from './learning/training/index.js';
export { confusionMatrix, type Interval, measure, wilsonInterval } from './trust/evaluation/index.js';
