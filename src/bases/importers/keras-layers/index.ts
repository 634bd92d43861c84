export { assembleModel } from './assemble.js';
export { isModelType, readTopology } from './topology.js';
export { NamedWeights } from './weights.js';
