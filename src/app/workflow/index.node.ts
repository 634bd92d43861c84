export { type Base, loadModel } from './base.node.js';
export type { Progress, WorkflowContext, WorkflowEvents } from './context.js';
export { openRunData, type RunData } from './data.node.js';
export { type DemoOutcome, type DemoRequest, demo } from './demo/demo.node.js';
export { type DiffResult, diff } from './diff.node.js';
export { type Check, type DoctorResult, doctor } from './doctor.node.js';
export { type EvaluateRequest, evaluate } from './evaluate.node.js';
export type { EvaluateResult } from './evaluation.js';
export { type ExportRequest, type ExportResult, exportBundle } from './export.node.js';
export { type FindRateRequest, type FindRateResult, findRate } from './find-rate.node.js';
export { type GenerateRequest, type GenerateResult, generate } from './generate.node.js';
export { type GradcheckRequest, type GradcheckResult, type GradientComparison, gradcheck } from './gradcheck.node.js';
export {
  type HubListResult,
  type HubPathResult,
  type HubRemoveResult,
  type HubVerifyResult,
  type KeptBase,
  listHub,
  type PrefetchRequest,
  type PrefetchResult,
  pathInHub,
  prefetch,
  removeFromHub,
  type VerifiedBase,
  verifyHub,
} from './hub.node.js';
export { type ImportRequest, type ImportResult, importToFile } from './import-model.node.js';
export { type InitRequest, type InitResult, init } from './init.node.js';
export {
  type Block,
  type InspectRequest,
  type InspectResult,
  inspect,
  type Layer,
  type RecipePlan,
  type Tap,
  type ValueSummary,
} from './inspect.node.js';
export { createLearner, type LearnerOptions, saveBundle } from './learner.node.js';
export { type Predicted, type PredictRequest, type PredictResult, predict, type RankedClass } from './predict.node.js';
export { type MetricsLine, RunFolder, type RunRecord } from './run-folder.node.js';
export { type FoundModel, type SearchRequest, type SearchResult, search } from './search.node.js';
export { openSession, type Session } from './session.node.js';
export { resume, type TrainRequest, type TrainResult, train } from './train.node.js';
