export { batchNormInEvaluation, batchNormInTraining, runningStatistics, type Statistic } from './batch-norm.js';
export { findFeatures, tapFeatures } from './features.js';
export { type FreezeSpec, frozenBy, regularExpression } from './freeze.js';
export { attachHead, type HeadSpec, uniform } from './head.js';
export { findParameters, type Parameter } from './parameters.js';
export { prepareModel } from './prepare.js';
