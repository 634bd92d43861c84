export { assembleModel } from './assemble.js';
export type { Dialect } from './scope.js';
export { isModelType, type ModelSpec, readTopology } from './topology.js';
export { NamedWeights, type WeightStore } from './weights.js';
