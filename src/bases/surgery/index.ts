export { type Adapted, type AdaptSpec, adaptModel, withLogits } from './adapt.js';
export { batchNormInEvaluation, batchNormInTraining, runningStatistics, type Statistic } from './batch-norm.js';
export { findFeatures, tapFeatures } from './features.js';
export { type FreezeSpec, frozenBy, regularExpression } from './freeze.js';
export type { HeadSpec } from './head.js';
export { findParameters, type Parameter } from './parameters.js';
export { prepareModel } from './prepare.js';
export { reinitialise } from './scratch.js';
export { stageEnds } from './stages.js';
