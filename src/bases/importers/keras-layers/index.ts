export { assembleModel } from './assemble.js';
export type { LayerConfig } from './config.js';
export { directionsOf, innerConfig } from './layers/wrapped.js';
export { layerTypes } from './table.js';
export { isModelType, type ModelSpec, readTopology } from './topology.js';
export { type NamedTensor, NamedWeights, type WeightStore } from './weights.js';
